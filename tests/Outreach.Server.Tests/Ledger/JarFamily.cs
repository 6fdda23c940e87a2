using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>The stream definition of jars, with views of every kind.</summary>
public sealed class JarFamily : StreamDefinition<Jar, JarFact>
{
    public static readonly CounterView Days = new("jar_days", ["jar_id"], "day", ["facts", "beads"]);
    public static readonly CounterView Most = new("jar_most", ["jar_id", "colour"], null, ["beads"], AggregateFunction.Max);
    public static readonly CounterView Seen = new("jar_seen", ["jar_id", "colour", "size"], "block", ["bits"], AggregateFunction.Or);
    public static readonly DocumentView Labels = new("jar_labels", ["jar_id", "label_key"], ["colour", "first_letter"]);

    private static readonly JsonSerializerOptions Options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    }.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb);

    /// <summary>The definition that most tests use.</summary>
    public static readonly JarFamily Instance = new();

    public override string Category => "jar";

    public override int SnapshotSchemaVersion => 1;

    public override JsonTypeInfo<JarFact> FactJson { get; } = (JsonTypeInfo<JarFact>)Options.GetTypeInfo(typeof(JarFact));

    public override JsonTypeInfo<Jar> StateJson { get; } = (JsonTypeInfo<Jar>)Options.GetTypeInfo(typeof(Jar));

    public override IReadOnlyList<View> Views => [Days, Most, Seen, Labels];

    /// <summary>Called each time an event is applied.</summary>
    public Action<RecordedFact<JarFact>> OnApply { get; init; } = _ => { };

    public override Jar CreateInitialState(string id) => new(id, 0, 0, "");

    public override Jar Apply(Jar state, in RecordedFact<JarFact> recorded)
    {
        OnApply(recorded);
        var beads = recorded.Fact is JarFact.BeadsAdded added ? added.Beads : 0;
        var trace = $"{state.Trace}{recorded.Version}@{recorded.RecordedAt.ToUnixTimeTicks()} ";
        return state with { Beads = state.Beads + beads, Facts = state.Facts + 1, Trace = trace[Math.Max(0, trace.Length - 100)..] };
    }

    public override void Project(in RecordedFact<JarFact> recorded, Effects effects)
    {
        switch (recorded.Fact)
        {
            case JarFact.BeadsAdded added:
                var day = (long)(added.At - NodaConstants.UnixEpoch).TotalDays;
                effects.AddKey(added.Id);
                effects.SetOccurred(added.At, added.At);
                effects.Add(Days, new RowKey(recorded.StreamId, Number: day), [1, added.Beads]);
                effects.Add(Most, new RowKey(recorded.StreamId, added.Colour), [added.Beads]);
                effects.Add(Seen, new RowKey(recorded.StreamId, added.Colour, "any", added.Beads / 62), [1L << (added.Beads % 62)]);
                break;
            case JarFact.Labelled { Text: { } text } label:
                effects.Set(Labels, new RowKey(recorded.StreamId, label.Key), JsonSerializer.Serialize(text), label.Colour, text[..1]);
                break;
            case JarFact.Labelled label:
                effects.Set(Labels, new RowKey(recorded.StreamId, label.Key), null);
                break;
            case JarFact.ReturnDue due:
                effects.Promise("return", due.Key, due.At);
                break;
            case JarFact.ReturnDone done:
                effects.PromiseDone("return", done.Key);
                break;
        }
    }

    public override IEnumerable<string> FindInconsistencies(string id, Jar state, DbConnection views)
    {
        using var query = views.CreateCommand();
        query.CommandText = $"SELECT CAST(coalesce(sum(beads), 0) AS bigint) FROM jar_days WHERE jar_id = '{id}'";
        var beads = Convert.ToInt64(query.ExecuteScalar());
        if (beads != state.Beads)
            yield return $"jar {id} holds {state.Beads} beads but its days add up to {beads}";
    }
}
