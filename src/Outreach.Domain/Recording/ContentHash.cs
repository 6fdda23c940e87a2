
namespace Outreach.Domain.Recording;

/// <summary>
/// The XXH128 of everything that was sent, the participant code replaced by its key. It tells a repetition of a request from
/// another request with the same id. It does not resist forgery, which would harm only the forger.
/// </summary>
public readonly record struct ContentHash(Guid Bits);
