namespace Outreach.Domain.Stock;

/// <summary>
/// The first 128 bits of a SHA-256 over everything that was sent, the participant code replaced by its key: tells a
/// repetition from another content under the same id.
/// </summary>
public readonly record struct ContentHash(Guid Bits);
