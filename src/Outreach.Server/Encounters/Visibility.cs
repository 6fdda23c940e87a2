using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Server.Access;

namespace Outreach.Server.Encounters;

/// <summary>What somebody sees of a site's records.</summary>
/// <param name="CanSee">Whether they see them.</param>
/// <param name="IsCoordinator">Whether they coordinate the site: then they see who logged each.</param>
/// <param name="Self">Who they are: what they logged themselves they know.</param>
internal readonly record struct Visibility(bool CanSee, bool IsCoordinator, PersonId Self)
{
    /// <summary>Who logged a record, as far as that is to be seen.</summary>
    public Submitter? Redact(Submitter? by) => IsCoordinator || by?.Person == Self ? by : null;
}

/// <summary>Whoever calls a method that reads records.</summary>
internal sealed class Viewer(CallerAuthenticator callers, ServerCallContext context)
{
    private readonly SiteScope coordinated = context.GetCaller().GetSiteScope(Role.SiteCoordinator);

    /// <summary>The sites whose records they see.</summary>
    public SiteScope Sites => context.GetSiteScope();

    /// <summary>What they see of a site's records.</summary>
    public async ValueTask<Visibility> GetVisibilityAsync(string site) => new(
        await callers.IncludesAsync(Sites, site, allowUnknownSites: true, context.CancellationToken),
        await callers.IncludesAsync(coordinated, site, allowUnknownSites: true, context.CancellationToken),
        context.GetCaller().Person.Id);
}
