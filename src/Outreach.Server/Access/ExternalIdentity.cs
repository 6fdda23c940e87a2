using NodaTime;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>A person who is identified by a token of an OpenID Connect provider.</summary>
/// <param name="Person">The person, with the roles of their groups.</param>
/// <param name="ExpiresAt">When the token expires.</param>
internal sealed record ExternalIdentity(Person Person, Instant ExpiresAt);
