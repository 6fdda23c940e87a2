using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>People and their codes, a stream for each person.</summary>
public sealed class PersonStreamDefinition : StreamDefinition<PersonState, PersonEvent>
{
    /// <summary>
    /// People by id. The document is a <see cref="PersonEntry"/>; ended and administers are "1" or empty. Whom another provider vouches
    /// for administers, but not here: whoever counts on an administrator cannot count on one whom others let in.
    /// </summary>
    public static readonly DocumentView People = new("people", ["person_id"], ["organization_id", "ended", "administers"]);

    /// <summary>Codes by their mark, used ones too: whoever tries one again is told the same as for one that never was. The document is the id of the person, in quotes.</summary>
    public static readonly DocumentView Codes = new("enrollment_codes", ["mark"], []);

    private PersonStreamDefinition()
    {
    }

    /// <summary>The one there is; it holds nothing.</summary>
    public static PersonStreamDefinition Instance { get; } = new();

    public override string Category => "person";

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views => [People, Codes];

    public override JsonTypeInfo<PersonEvent> FactJson => AccessJson.PersonFact;

    public override JsonTypeInfo<PersonState> StateJson => AccessJson.PersonSnapshot;

    public override PersonState CreateInitialState(string id) => PersonState.Empty;

    public override PersonState Apply(PersonState state, in RecordedFact<PersonEvent> recorded) =>
        state.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);

    public override void Project(in RecordedFact<PersonEvent> recorded, Effects effects)
    {
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        if (PersonEntry.From(recorded.Fact, recorded.Version, recorded.RecordedAt) is { } entry)
        {
            effects.Set(
                People,
                new RowKey(recorded.StreamId),
                JsonSerializer.Serialize(entry, AccessJson.PersonDocument),
                entry.Person.Organization.Value,
                entry.Person.Ended ? "1" : "",
                entry.Person.IsAdministrator() && !entry.Person.Id.IsExternal() ? "1" : "");
        }

        var voided = recorded.Fact switch
        {
            PersonEvent.CodeMade made => made.Voided,
            PersonEvent.PersonEnded ended => ended.Voided,
            _ => default,
        };
        if (voided != default)
            effects.Set(Codes, new RowKey(voided.Value), null);
        if (recorded.Fact is PersonEvent.CodeMade code)
            effects.Set(Codes, new RowKey(code.CodeHash.Value), $"\"{recorded.StreamId}\"");
    }
}
