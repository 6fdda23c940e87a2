using NodaTime;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>A person who is known by a token of an OpenID Connect provider.</summary>
/// <param name="Person">The person, with what their groups allow.</param>
/// <param name="ExpiresAt">When the token expires.</param>
internal sealed record ExternalIdentity(Person Person, Instant ExpiresAt);
