namespace Outreach.Tool.Access;

/// <summary>What the tool keeps of being signed in at one server.</summary>
/// <param name="PersonId">Who is signed in.</param>
/// <param name="DeviceId">The device that was enrolled.</param>
/// <param name="AccessToken">Proves who calls.</param>
/// <param name="AccessEnds">When that token ends, by the server's clock.</param>
/// <param name="RefreshToken">Gets the next tokens, once.</param>
/// <param name="RefreshRequestId">The id of a refresh that was begun and not answered yet; null where there is none.</param>
public sealed record StoredSession(
    string PersonId, string DeviceId, string AccessToken, DateTimeOffset AccessEnds, string RefreshToken, string? RefreshRequestId = null);
