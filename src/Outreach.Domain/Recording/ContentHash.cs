
namespace Outreach.Domain.Recording;

/// <summary>
/// The XXH128 hash of everything that was sent, with the participant code replaced by its key. It distinguishes a repeated
/// request from another request with the same id. It does not resist forgery, which would harm only the forger.
/// </summary>
public readonly record struct ContentHash(Guid Bits);
