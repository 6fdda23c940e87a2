using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>A request of a person to change what was recorded.</summary>
/// <param name="RequestId">Made before the first attempt.</param>
/// <param name="Content">Tells the same request from another under its id.</param>
/// <param name="Actor">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record ChangeRequest(Guid RequestId, ContentHash Content, ActorId Actor, Reason Reason)
{
    /// <summary>REQUEST_ID_TAKEN: the id was used for something else.</summary>
    public Refusal RequestIdTaken() => Refusal.RequestIdTaken(RequestId);
}
