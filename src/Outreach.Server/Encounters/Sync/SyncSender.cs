using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Encounters.Sync;

/// <summary>Who sends a stream of batches.</summary>
/// <param name="By">Who.</param>
/// <param name="Organization">For whom.</param>
/// <param name="CanSeeAsync">Whether a site exists for them; records for another are not recorded.</param>
internal sealed record SyncSender(Submitter By, OrganizationId Organization, Func<string, ValueTask<bool>> CanSeeAsync);
