using Google.Protobuf.Collections;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>Compares what a row says with what the server has.</summary>
internal static class EncounterComparison
{
    // What says who recorded it and where it comes from is not what it says. The participant code is never given back.
    private static readonly HashSet<int> Ignored =
    [
        Encounter.EncounterIdFieldNumber, Encounter.DeviceIdFieldNumber, Encounter.DeviceSequenceFieldNumber,
        Encounter.ParticipantCodeFieldNumber, Encounter.ProvenanceFieldNumber,
    ];

    /// <summary>The names of the fields that differ. The order of lines and answers does not matter.</summary>
    public static IReadOnlyList<string> Differences(Encounter row, Encounter other)
    {
        var (left, right) = (Normalize(row), Normalize(other));
        return
        [
            .. Encounter.Descriptor.Fields.InDeclarationOrder()
                .Where(f => !Ignored.Contains(f.FieldNumber) && !Equals(f.Accessor.GetValue(left), f.Accessor.GetValue(right)))
                .Select(f => f.Name),
        ];
    }

    /// <summary>As above, with what is recorded: its time may be the one before or after the device's clock was corrected.</summary>
    public static IReadOnlyList<string> Differences(Encounter row, RecordedEncounter recorded)
    {
        var differing = Differences(row, recorded.Encounter).ToList();
        if (Equals(row.OccurredAt, recorded.OccurredAt))
            differing.Remove("occurred_at");
        if (row.ParticipantCode.Length > 0 && !recorded.HasParticipantCode)
            differing.Add("participant_code");
        return differing;
    }

    private static Encounter Normalize(Encounter encounter)
    {
        var plain = encounter.Clone();
        if (plain.SyringesReturned is { MeasureCase: SyringesReturned.MeasureOneofCase.Count, Count: 0 })
            plain.SyringesReturned = null;
        if (plain.OverdoseReport is { } report)
        {
            SortValues(report.FormsUsed);
            SortValues(report.Outcomes);
            SortValues(report.SuspectedDrugs);
            SortValues(report.Signs);
            if (report.Equals(new OverdoseReport()))
                plain.OverdoseReport = null;
        }
        SortValues(plain.Services);
        SortValues(plain.Referrals);
        SortValues(plain.RefillReasons);
        Replace(plain.HandedOut, plain.HandedOut.OrderBy(l => l.ProductId, StringComparer.Ordinal).ThenBy(l => l.LotNumber, StringComparer.Ordinal).ThenBy(l => l.Units));
        return plain;
    }

    private static void SortValues<TValue>(RepeatedField<TValue> values) => Replace(values, values.Order());

    private static void Replace<TValue>(RepeatedField<TValue> values, IEnumerable<TValue> sorted)
    {
        var kept = sorted.ToList();
        values.Clear();
        values.Add(kept);
    }
}
