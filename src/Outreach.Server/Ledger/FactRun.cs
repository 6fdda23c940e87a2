using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodaTime;

namespace Outreach.Server.Ledger;

/// <summary>The stored events of one append.</summary>
/// <param name="FirstVersion">The version of the first.</param>
/// <param name="Count">The number of events.</param>
/// <param name="RecordedAt">When they were recorded.</param>
/// <param name="Json">The events as a JSON array in UTF-8.</param>
internal readonly record struct FactRun(long FirstVersion, int Count, Instant RecordedAt, ReadOnlyMemory<byte> Json)
{
    public long LastVersion => FirstVersion + Count - 1;

    /// <summary>
    /// Whether an exception means that stored facts cannot be read or folded. Damaged facts can make a family throw anything; only
    /// a store that does not answer and a caller who does not wait are something else.
    /// </summary>
    public static bool IsUnreadable(Exception e) =>
        e is StoreDamagedException or not (StoreUnavailableException or DbException or OperationCanceledException);
}

/// <summary>Reads the events of a run in order.</summary>
internal ref struct FactReader<TFact>
    where TFact : class
{
    private readonly JsonTypeInfo<TFact> json;
    private Utf8JsonReader reader;

    public FactReader(JsonTypeInfo<TFact> json, ReadOnlySpan<byte> payload)
    {
        this.json = json;
        reader = new Utf8JsonReader(payload);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException($"A run of events must be a JSON array; this begins with {reader.TokenType}.");
    }

    /// <summary>Reads the next event; false after the last.</summary>
    public bool TryRead([NotNullWhen(true)] out TFact? fact)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            fact = null;
            return false;
        }
        fact = JsonSerializer.Deserialize(ref reader, json) ?? throw new JsonException("A stored event is null.");
        return true;
    }
}
