using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Domain.Stock;
using Outreach.Server.Access;

namespace Outreach.Server.Stock;

/// <summary>What somebody sees of a site's records.</summary>
/// <param name="Sees">Whether they see them.</param>
/// <param name="Coordinates">Whether they coordinate the site: then they see who logged each.</param>
/// <param name="Self">Who they are: what they logged themselves they know.</param>
internal readonly record struct Sight(bool Sees, bool Coordinates, PersonId Self)
{
    /// <summary>Who logged a record, as far as that is to be seen.</summary>
    public Signature? Of(Signature? by) => Coordinates || by?.Person == Self ? by : null;
}

/// <summary>Whoever calls a method that reads records.</summary>
internal sealed class Onlooker(Callers callers, ServerCallContext context)
{
    private readonly SeenSites coordinated = context.Caller().SitesOf(Role.SiteCoordinator);

    /// <summary>The sites whose records they see.</summary>
    public SeenSites Sites => context.Sites();

    /// <summary>What they see of a site's records.</summary>
    public async ValueTask<Sight> AtAsync(string site) => new(
        await callers.IncludesAsync(Sites, site, unknownToo: true, context.CancellationToken),
        await callers.IncludesAsync(coordinated, site, unknownToo: true, context.CancellationToken),
        context.Caller().Person.Id);
}
