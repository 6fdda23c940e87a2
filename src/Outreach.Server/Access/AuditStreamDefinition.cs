using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>The empty state of an audit log: no decision depends on it.</summary>
public sealed record AuditState;

/// <summary>An entry as the view stores it.</summary>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="Entry">The entry.</param>
public sealed record AuditDocument(Instant RecordedAt, AuditEvent Entry);

/// <summary>Audit logs, with a stream for each organization.</summary>
public sealed class AuditStreamDefinition : StreamDefinition<AuditState, AuditEvent>
{
    /// <summary>
    /// Entries by organization and number, the number in 19 digits. The document is an <see cref="AuditDocument"/>; the kind is
    /// the name of the event.
    /// </summary>
    public static readonly DocumentView Entries = new("audit", ["organization_id", "number"], ["person_id", "device_id", "method", "kind"]);

    private static readonly AuditState EmptyState = new();

    private AuditStreamDefinition()
    {
    }

    /// <summary>The only instance.</summary>
    public static AuditStreamDefinition Instance { get; } = new();

    public override string Category => "audit";

    public override int SnapshotSchemaVersion => 1;

    public override IReadOnlyList<View> Views => [Entries];

    public override JsonTypeInfo<AuditEvent> FactJson => AccessJson.AuditFact;

    public override JsonTypeInfo<AuditState> StateJson => AccessJson.AuditSnapshot;

    /// <summary>Formats a number as the view's key, so that keys are ordered like numbers.</summary>
    public static string FormatKey(long number) => number.ToString("D19", CultureInfo.InvariantCulture);

    public override AuditState CreateInitialState(string id) => EmptyState;

    public override AuditState Apply(AuditState state, in RecordedFact<AuditEvent> recorded) => state;

    public override void Project(in RecordedFact<AuditEvent> recorded, Effects effects)
    {
        var entry = recorded.Fact;
        effects.SetOccurred(recorded.RecordedAt, recorded.RecordedAt);
        effects.Set(
            Entries,
            new RowKey(recorded.StreamId, FormatKey(recorded.Version)),
            JsonSerializer.Serialize(new AuditDocument(recorded.RecordedAt, entry), AccessJson.AuditEntryDocument),
            entry.Person,
            entry.Device,
            entry.Method,
            entry.GetType().Name);
    }
}
