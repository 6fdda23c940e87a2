using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Encounters;

/// <summary>What a viewer may see of a site's records.</summary>
/// <param name="CanSee">True if the viewer may see them.</param>
/// <param name="IsCoordinator">True if the viewer coordinates the site, and so may see who logged each record.</param>
/// <param name="Self">The viewer, who may see that they logged a record themselves.</param>
internal readonly record struct Visibility(bool CanSee, bool IsCoordinator, PersonId Self)
{
    /// <summary>Who logged a record, if the viewer may see that; otherwise null.</summary>
    public Submitter? Redact(Submitter? by) => IsCoordinator || by?.Person == Self ? by : null;
}
