using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Columns;
using Outreach.Tool.Import.Mapping;

namespace Outreach.Tool.Import.Rows;

/// <summary>
/// Makes encounters of rows. What was handed out, came back and how many people is sent as it was typed, also where it is
/// impossible: the server holds such a record whole. What was only reported is left out where it is not plausible, and noted.
/// </summary>
public sealed class EncounterRowReader(EncounterMapping mapping)
{
    private readonly Dictionary<string, int> rowByKey = [];

    /// <summary>Reads one row; rows have to come in their order, so that one with the key of an earlier one is refused.</summary>
    public PlannedRow<Encounter> Read(Row row)
    {
        var key = mapping.KeyOf(row);
        var notes = new RowNotes();
        if (!rowByKey.TryAdd(key, row.Number))
            return new(row.Number, key, null, [], $"its key is that of row {rowByKey[key]}: row_key does not tell the two apart");
        if (mapping.Site.Read(row, notes) is not { } site)
            return new(row.Number, key, null, notes.All, "it names no site");
        var encounter = EncounterOf(row, site, notes);
        foreach (var expectation in mapping.Expect)
            expectation.AddNoteIfExceeded(row, notes);
        encounter.EncounterId = RowId.Of(mapping.Source, key).ToString();
        encounter.Provenance = new Provenance { Source = mapping.Source, Reference = Truncate(key) };
        encounter.Provenance.Remarks.Add(RowNotes.AsRemarks([.. mapping.EveryRowSays, .. notes.All]));
        return new(row.Number, key, encounter, notes.All, null);
    }

    private Encounter EncounterOf(Row row, string site, RowNotes notes)
    {
        var occurred = mapping.Occurred.Read(row, notes);
        var encounter = new Encounter
        {
            SiteId = site,
            OccurredAt = occurred?.ToInstant() is { } at ? Timestamp.FromDateTimeOffset(at.ToDateTimeOffset()) : null,
            Bulk = BulkOf(row, occurred?.Date, notes),
            LocationType = ReadFirst(mapping.LocationType, row, notes),
            SyringesReturned = SyringesReturnedOf(row, notes),
            OnBehalfOf = ReadFirst(mapping.OnBehalfOf, row, notes),
            Others = mapping.Others?.ReadAsTyped(row, notes) ?? 0,
            PeopleTrained = mapping.PeopleTrained?.ReadAsTyped(row, notes) ?? 0,
            OverdoseReport = mapping.OverdoseReport is { } overdose ? OverdoseReportReader.Read(overdose, row, notes) : null,
        };
        encounter.HandedOut.Add(mapping.HandedOut.Select(h => LineOf(h, row, notes)).OfType<HandedOut>());
        encounter.Services.Add(mapping.Services.ReadAll(row, notes));
        encounter.Referrals.Add(mapping.Referrals.ReadAll(row, notes));
        encounter.RefillReasons.Add(mapping.RefillReasons.ReadAll(row, notes));
        return encounter;
    }

    private SyringesReturned? SyringesReturnedOf(Row row, RowNotes notes) =>
        mapping.SyringesReturned?.ReadQuantity(row, notes) is { } count and not 0 ? new SyringesReturned { Count = count } : null;

    private static HandedOut? LineOf(HandedOutMapping line, Row row, RowNotes notes)
    {
        if (line.Units.ReadQuantity(row, notes) is not { } units || units == 0)
            return null;
        var product = line.Product.Length > 0 ? line.Product : row[line.ProductColumn] ?? "";
        return new HandedOut { ProductId = product, Units = units, LotNumber = line.Lot?.Read(row) ?? "" };
    }

    private Bulk? BulkOf(Row row, LocalDate? day, RowNotes notes)
    {
        if (mapping.Bulk is not { } bulk)
            return null;
        var people = bulk.People.ReadAsTyped(row, notes);
        if (people is null)
            notes.Add(bulk.People.Column, "it says nothing; no people are counted");
        var lastDay = bulk.Covers == BulkSpan.Month && day is { } first ? LocalDatePattern.Iso.Format(DateAdjusters.EndOfMonth(first)) : "";
        return new Bulk { People = people ?? 0, LastDay = lastDay };
    }

    private static TAnswer ReadFirst<TAnswer>(EnumColumn<TAnswer>? column, Row row, RowNotes notes)
        where TAnswer : struct, System.Enum
    {
        var answers = column?.Read(row, notes) ?? [];
        if (answers.Count > 1)
            notes.Add(column!.Column, "it has more than one answer; the first is used");
        return answers.Count > 0 ? answers[0] : default;
    }

    private static string Truncate(string key) => key.Length <= 100 ? key : key[..99] + "…";
}
