using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>What happens to a jar of beads: the smallest family that uses everything the ledger has.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Dropped), "dropped")]
[JsonDerivedType(typeof(Labelled), "labelled")]
[JsonDerivedType(typeof(Due), "due")]
[JsonDerivedType(typeof(Settled), "settled")]
public abstract record JarFact
{
    private JarFact()
    {
    }

    /// <summary>Beads were dropped in.</summary>
    public sealed record Dropped(Guid Id, int Beads, Instant At, string Colour = "red") : JarFact;

    /// <summary>A label was put on, or taken off.</summary>
    public sealed record Labelled(string Key, string? Text, string Colour = "") : JarFact;

    /// <summary>Somebody is to come back.</summary>
    public sealed record Due(string Key, Instant At) : JarFact;

    /// <summary>Somebody came back.</summary>
    public sealed record Settled(string Key) : JarFact;
}

/// <summary>What is in a jar.</summary>
public sealed record Jar(string Id, long Beads, long Facts, string Trace);

/// <summary>Jars, with views of every kind.</summary>
public sealed class Jars : Family<Jar, JarFact>
{
    public static readonly Tally Days = new("jar_days", ["jar_id"], "day", ["facts", "beads"]);
    public static readonly Tally Most = new("jar_most", ["jar_id", "colour"], null, ["beads"], Merge.Max);
    public static readonly Tally Seen = new("jar_seen", ["jar_id", "colour", "size"], "block", ["bits"], Merge.Or);
    public static readonly Card Labels = new("jar_labels", ["jar_id", "label_key"], ["colour", "first_letter"]);

    private static readonly JsonSerializerOptions Options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    }.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);

    /// <summary>One jar family is enough for most tests.</summary>
    public static readonly Jars Family = new();

    public override string Name => "jar";

    public override int SnapshotForm => 1;

    public override JsonTypeInfo<JarFact> FactJson { get; } = (JsonTypeInfo<JarFact>)Options.GetTypeInfo(typeof(JarFact));

    public override JsonTypeInfo<Jar> StateJson { get; } = (JsonTypeInfo<Jar>)Options.GetTypeInfo(typeof(Jar));

    public override IReadOnlyList<View> Views => [Days, Most, Seen, Labels];

    /// <summary>What happens at each fold, for tests that count them.</summary>
    public Action<Recorded<JarFact>> OnApply { get; init; } = _ => { };

    public override Jar Empty(string id) => new(id, 0, 0, "");

    public override Jar Apply(Jar state, in Recorded<JarFact> recorded)
    {
        OnApply(recorded);
        var beads = recorded.Fact is JarFact.Dropped dropped ? dropped.Beads : 0;
        var trace = $"{state.Trace}{recorded.Version}@{recorded.RecordedAt.ToUnixTimeTicks()} ";
        return state with { Beads = state.Beads + beads, Facts = state.Facts + 1, Trace = trace[Math.Max(0, trace.Length - 100)..] };
    }

    public override void Describe(in Recorded<JarFact> recorded, Effects effects)
    {
        switch (recorded.Fact)
        {
            case JarFact.Dropped dropped:
                var day = (long)(dropped.At - NodaConstants.UnixEpoch).TotalDays;
                effects.Key(dropped.Id);
                effects.Occurred(dropped.At, dropped.At);
                effects.Add(Days, new RowKey(recorded.Id, N: day), [1, dropped.Beads]);
                effects.Add(Most, new RowKey(recorded.Id, dropped.Colour), [dropped.Beads]);
                effects.Add(Seen, new RowKey(recorded.Id, dropped.Colour, "any", dropped.Beads / 62), [1L << (dropped.Beads % 62)]);
                break;
            case JarFact.Labelled { Text: { } text } label:
                effects.Set(Labels, new RowKey(recorded.Id, label.Key), JsonSerializer.Serialize(text), label.Colour, text[..1]);
                break;
            case JarFact.Labelled label:
                effects.Set(Labels, new RowKey(recorded.Id, label.Key), null);
                break;
            case JarFact.Due due:
                effects.Promise("return", due.Key, due.At);
                break;
            case JarFact.Settled settled:
                effects.Kept("return", settled.Key);
                break;
        }
    }

    public override IEnumerable<string> Audit(string id, Jar state, DbConnection views)
    {
        using var query = views.CreateCommand();
        query.CommandText = $"SELECT CAST(coalesce(sum(beads), 0) AS bigint) FROM jar_days WHERE jar_id = '{id}'";
        var beads = Convert.ToInt64(query.ExecuteScalar());
        if (beads != state.Beads)
            yield return $"jar {id} holds {state.Beads} beads and its days add up to {beads}";
    }
}
