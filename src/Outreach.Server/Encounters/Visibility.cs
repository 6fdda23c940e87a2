using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Encounters;

/// <summary>What a viewer sees of a site's records.</summary>
/// <param name="CanSee">Whether they see them.</param>
/// <param name="IsCoordinator">Whether they coordinate the site: then they see who logged each.</param>
/// <param name="Self">Who they are: what they logged themselves they know.</param>
internal readonly record struct Visibility(bool CanSee, bool IsCoordinator, PersonId Self)
{
    /// <summary>Who logged a record, as far as the viewer may know.</summary>
    public Submitter? Redact(Submitter? by) => IsCoordinator || by?.Person == Self ? by : null;
}
