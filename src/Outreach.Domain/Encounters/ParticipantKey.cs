
namespace Outreach.Domain.Encounters;

/// <summary>
/// The stored form of an anonymous participant code: the first 128 bits of a hash with the program's own key. It only
/// shows which records have the same code.
/// </summary>
public readonly record struct ParticipantKey(Guid Hash)
{
    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Hash.ToString("N");
}
