using System.Text.Json.Serialization.Metadata;
using NodaTime;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Ledger;

/// <summary>Jars whose views are declared in another way from one start to the next.</summary>
/// <param name="columns">How many amounts a day has: the beads once, twice, three times and so on.</param>
/// <param name="daysVersion">The version of the view of days.</param>
/// <param name="projectionVersion">The version of keys and promises.</param>
/// <param name="category">Another category has other streams, and other views.</param>
public sealed class VersionedJars(int columns, int daysVersion = 1, int projectionVersion = 1, string category = "jar") : StreamDefinition<Jar, JarFact>
{
    private readonly CounterView days = new($"{category}_days", ["jar_id"], "day", [.. Enumerable.Range(1, columns).Select(n => $"beads_{n}")]) { Version = daysVersion };
    private readonly DocumentView labels = new($"{category}_labels", ["jar_id", "label_key"], []);

    public override string Category => category;

    public override int SnapshotSchemaVersion => 1;

    public override int ProjectionVersion => projectionVersion;

    public override JsonTypeInfo<JarFact> FactJson => JarFamily.Instance.FactJson;

    public override JsonTypeInfo<Jar> StateJson => JarFamily.Instance.StateJson;

    public override IReadOnlyList<View> Views => [days, labels];

    /// <summary>Called for each fact that is projected.</summary>
    public Action<JarFact> OnProject { get; init; } = _ => { };

    public override Jar CreateInitialState(string id) => JarFamily.Instance.CreateInitialState(id);

    public override Jar Apply(Jar state, in RecordedFact<JarFact> recorded) => JarFamily.Instance.Apply(state, recorded);

    public override void Project(in RecordedFact<JarFact> recorded, Effects effects)
    {
        OnProject(recorded.Fact);
        switch (recorded.Fact)
        {
            case JarFact.BeadsAdded added:
                effects.AddKey(added.Id);
                var day = (long)(added.At - NodaConstants.UnixEpoch).TotalDays;
                effects.Add(days, new RowKey(recorded.StreamId, Number: day), [.. Enumerable.Range(1, columns).Select(n => (long)n * added.Beads)]);
                break;
            case JarFact.Labelled { Text: { } text } label:
                effects.Set(labels, new RowKey(recorded.StreamId, label.Key), $"\"{text}\"");
                break;
            case JarFact.ReturnDue due:
                effects.Promise("return", due.Key, due.At);
                break;
        }
    }
}
