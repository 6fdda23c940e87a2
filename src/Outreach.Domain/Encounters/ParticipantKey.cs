
namespace Outreach.Domain.Encounters;

/// <summary>
/// What is kept of an anonymous participant code: the first 128 bits of a hash keyed with the program's own key. It tells
/// records of the same code apart from others, and nothing else.
/// </summary>
public readonly record struct ParticipantKey(Guid Hash)
{
    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hash.ToString("N");
}
