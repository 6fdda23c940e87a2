using Outreach.Domain.Recording;

namespace Outreach.Domain.Encounters;

/// <summary>A person's request to change a record.</summary>
/// <param name="RequestId">The request's id, created before the first attempt.</param>
/// <param name="Content">The hash of the request; another request with the same id has another hash.</param>
/// <param name="Actor">The person.</param>
/// <param name="Reason">Why the person changes it.</param>
public sealed record ChangeRequest(Guid RequestId, ContentHash Content, ActorId Actor, Reason Reason)
{
    /// <summary>The refusal <c>REQUEST_ID_TAKEN</c>: the id was used for another request.</summary>
    public Refusal RequestIdTaken() => Refusal.RequestIdTaken(RequestId);
}
