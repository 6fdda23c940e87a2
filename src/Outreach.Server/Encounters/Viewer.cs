using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Server.Access;

namespace Outreach.Server.Encounters;

/// <summary>The caller of a method that reads records.</summary>
internal sealed class Viewer(CallerAuthenticator callers, ServerCallContext context)
{
    private readonly SiteScope coordinated = context.GetCaller().GetSiteScope(Role.SiteCoordinator);

    /// <summary>The sites whose records the caller may see.</summary>
    public SiteScope Sites => context.GetSiteScope();

    /// <summary>What the caller may see of a site's records.</summary>
    public async ValueTask<Visibility> GetVisibilityAsync(string site) => new(
        await callers.IncludesAsync(Sites, site, allowUnknownSites: true, context.CancellationToken),
        await callers.IncludesAsync(coordinated, site, allowUnknownSites: true, context.CancellationToken),
        context.GetCaller().Person.Id);
}
