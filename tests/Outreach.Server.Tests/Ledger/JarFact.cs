using System.Text.Json.Serialization;
using NodaTime;

namespace Outreach.Server.Tests.Ledger;

/// <summary>The events of a jar of beads, a small example that uses every feature of the ledger.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(BeadsAdded), "dropped")]
[JsonDerivedType(typeof(Labelled), "labelled")]
[JsonDerivedType(typeof(ReturnDue), "due")]
[JsonDerivedType(typeof(ReturnDone), "settled")]
public abstract record JarFact
{
    private JarFact()
    {
    }

    public sealed record BeadsAdded(Guid Id, int Beads, Instant At, string Colour = "red") : JarFact;

    /// <summary>A label was set, or removed if <paramref name="Text"/> is null.</summary>
    public sealed record Labelled(string Key, string? Text, string Colour = "") : JarFact;

    /// <summary>A return was promised.</summary>
    public sealed record ReturnDue(string Key, Instant At) : JarFact;

    /// <summary>The promised return happened.</summary>
    public sealed record ReturnDone(string Key) : JarFact;
}
