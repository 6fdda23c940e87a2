
namespace Outreach.Domain.Recording;

/// <summary>
/// The XXH128 of everything that was sent, the participant code replaced by its key: tells a repetition from another
/// content under the same id. It is quick rather than safe from forgery: whoever forged one would deceive only themselves.
/// </summary>
public readonly record struct ContentHash(Guid Bits);
