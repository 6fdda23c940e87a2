using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Encounters.Sync;

/// <summary>The sender of a stream of batches.</summary>
/// <param name="By">The person and device.</param>
/// <param name="Organization">The person's organization.</param>
/// <param name="CanSeeAsync">True if the sender may see a site. Records for other sites are not recorded.</param>
internal sealed record SyncSender(Submitter By, OrganizationId Organization, Func<string, ValueTask<bool>> CanSeeAsync);
