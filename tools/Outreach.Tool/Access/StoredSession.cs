namespace Outreach.Tool.Access;

/// <summary>A stored session with one server.</summary>
/// <param name="PersonId">The person who is signed in.</param>
/// <param name="DeviceId">The enrolled device.</param>
/// <param name="AccessToken">The bearer token of calls.</param>
/// <param name="AccessEnds">When the access token expires, by the server's clock.</param>
/// <param name="RefreshToken">The token for the next refresh. It works once.</param>
/// <param name="RefreshRequestId">The id of a refresh that has started and was not answered yet; null if there is none.</param>
public sealed record StoredSession(
    string PersonId, string DeviceId, string AccessToken, DateTimeOffset AccessEnds, string RefreshToken, string? RefreshRequestId = null);
