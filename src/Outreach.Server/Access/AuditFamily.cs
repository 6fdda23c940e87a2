using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>An audit record needs no state: what is in it decides nothing.</summary>
public sealed record AuditState;

/// <summary>An entry as the view holds it.</summary>
/// <param name="RecordedAt">When.</param>
/// <param name="Entry">What.</param>
public sealed record AuditDocument(Instant RecordedAt, AuditEvent Entry);

/// <summary>Looks and acts, a stream for each organization.</summary>
public sealed class AuditFamily : Family<AuditState, AuditEvent>
{
    /// <summary>
    /// Entries by organization and number, the number in 19 digits. The document is an <see cref="AuditDocument"/>; the kind is
    /// the name of the fact.
    /// </summary>
    public static readonly Card Entries = new("audit", ["organization_id", "number"], ["person_id", "device_id", "method", "kind"]);

    private static readonly AuditState Nothing = new();

    private AuditFamily()
    {
    }

    /// <summary>The one there is; it holds nothing.</summary>
    public static AuditFamily Instance { get; } = new();

    public override string Name => "audit";

    public override int SnapshotForm => 1;

    public override IReadOnlyList<View> Views => [Entries];

    public override JsonTypeInfo<AuditEvent> FactJson => AccessJson.AuditFact;

    public override JsonTypeInfo<AuditState> StateJson => AccessJson.AuditSnapshot;

    /// <summary>A number as the view's key: in the order of the numbers.</summary>
    public static string Key(long number) => number.ToString("D19", CultureInfo.InvariantCulture);

    public override AuditState Empty(string id) => Nothing;

    public override AuditState Apply(AuditState state, in Recorded<AuditEvent> recorded) => state;

    public override void Describe(in Recorded<AuditEvent> recorded, Effects effects)
    {
        var entry = recorded.Fact;
        effects.Occurred(recorded.RecordedAt, recorded.RecordedAt);
        effects.Set(
            Entries,
            new RowKey(recorded.Id, Key(recorded.Version)),
            JsonSerializer.Serialize(new AuditDocument(recorded.RecordedAt, entry), AccessJson.AuditView),
            entry.Person,
            entry.Device,
            entry.Method,
            entry.GetType().Name);
    }
}
