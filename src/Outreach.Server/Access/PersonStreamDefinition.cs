using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Recording.Settings;

namespace Outreach.Server.Access;

/// <summary>People and their enrollment codes, with a stream for each person.</summary>
public sealed class PersonStreamDefinition : StreamDefinition<PersonState, PersonEvent>
{
    /// <summary>
    /// People by id; ended and administers are "1" or empty. Administrators from another identity provider are not counted in administers:
    /// an organization must not depend on somebody whose access others decide about.
    /// </summary>
    public static readonly SettingsView<Person> People = new(
        "people",
        "person_id",
        AccessJson.PersonDocument,
        ("organization_id", person => person.Organization.Value),
        ("ended", person => person.Ended ? "1" : ""),
        ("administers", person => person.IsAdministrator() && !person.Id.IsExternal() ? "1" : ""));

    /// <summary>
    /// The ids of people, in quotes, by the hash of their code. Used codes stay, so that using one again is refused like an unknown code.
    /// </summary>
    public static readonly DocumentView Codes = new("enrollment_codes", ["mark"], []);

    private PersonStreamDefinition()
    {
    }

    public static PersonStreamDefinition Instance { get; } = new();

    public override string Category => "person";

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views { get; } = [People.Table, Codes];

    public override JsonTypeInfo<PersonEvent> FactJson => AccessJson.PersonFact;

    public override JsonTypeInfo<PersonState> StateJson => AccessJson.PersonSnapshot;

    public override PersonState CreateInitialState(string id) => new();

    public override PersonState Apply(PersonState state, in RecordedFact<PersonEvent> recorded) =>
        state.Apply(recorded.Fact, recorded.Version, recorded.RecordedAt);

    public override void Project(in RecordedFact<PersonEvent> recorded, Effects effects)
    {
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        if (recorded.Fact.ToVersioned(recorded.Version, recorded.RecordedAt) is { } person)
            People.Set(person, effects);

        var voided = recorded.Fact switch
        {
            PersonEvent.EnrollmentCodeCreated made => made.Voided,
            PersonEvent.PersonEnded ended => ended.Voided,
            _ => default,
        };
        if (voided != default)
            effects.Set(Codes, new RowKey(voided.Value), null);
        if (recorded.Fact is PersonEvent.EnrollmentCodeCreated code)
            effects.Set(Codes, new RowKey(code.CodeHash.Value), $"\"{recorded.StreamId}\"");
    }
}
