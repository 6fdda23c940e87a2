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
public sealed class EncounterRows(EncounterMapping mapping)
{
    private readonly Dictionary<string, int> seen = [];

    /// <summary>Reads one row; rows have to come in their order, so that one with the key of an earlier one is refused.</summary>
    public Planned<Encounter> Read(Row row)
    {
        var key = mapping.KeyOf(row);
        var notes = new Notes();
        if (!seen.TryAdd(key, row.Number))
            return new(row.Number, key, null, [], $"its key is that of row {seen[key]}: row_key does not tell the two apart");
        if (mapping.Site.Read(row, notes) is not { } site)
            return new(row.Number, key, null, notes.Found, "it names no site");
        var encounter = EncounterOf(row, site, notes);
        foreach (var expectation in mapping.Expect)
            expectation.Test(row, notes);
        encounter.EncounterId = RowId.Of(mapping.Source, key).ToString();
        encounter.Provenance = new Provenance { Source = mapping.Source, Reference = Shortened(key) };
        encounter.Provenance.Remarks.Add(Notes.AsRemarks([.. mapping.EveryRowSays, .. notes.Found]));
        return new(row.Number, key, encounter, notes.Found, null);
    }

    private Encounter EncounterOf(Row row, string site, Notes notes)
    {
        var occurred = mapping.Occurred.Read(row, notes);
        var encounter = new Encounter
        {
            SiteId = site,
            OccurredAt = occurred?.ToInstant() is { } at ? Timestamp.FromDateTimeOffset(at.ToDateTimeOffset()) : null,
            Bulk = BulkOf(row, occurred?.Date, notes),
            LocationType = First(mapping.LocationType, row, notes),
            SyringesReturned = ReturnedOf(row, notes),
            OnBehalfOf = First(mapping.OnBehalfOf, row, notes),
            Others = mapping.Others?.ReadAsTyped(row, notes) ?? 0,
            PeopleTrained = mapping.PeopleTrained?.ReadAsTyped(row, notes) ?? 0,
            OverdoseReport = mapping.OverdoseReport is { } overdose ? OverdoseRows.Read(overdose, row, notes) : null,
        };
        encounter.HandedOut.Add(mapping.HandedOut.Select(h => LineOf(h, row, notes)).OfType<HandedOut>());
        encounter.Services.Add(mapping.Services.ReadAll(row, notes));
        encounter.Referrals.Add(mapping.Referrals.ReadAll(row, notes));
        encounter.RefillReasons.Add(mapping.RefillReasons.ReadAll(row, notes));
        return encounter;
    }

    private SyringesReturned? ReturnedOf(Row row, Notes notes) =>
        mapping.SyringesReturned?.ReadQuantity(row, notes) is { } count and not 0 ? new SyringesReturned { Count = count } : null;

    private static HandedOut? LineOf(HandedOutMapping line, Row row, Notes notes)
    {
        if (line.Units.ReadQuantity(row, notes) is not { } units || units == 0)
            return null;
        var product = line.Product.Length > 0 ? line.Product : row[line.ProductColumn] ?? "";
        return new HandedOut { ProductId = product, Units = units, LotNumber = line.Lot?.Read(row) ?? "" };
    }

    private Bulk? BulkOf(Row row, LocalDate? day, Notes notes)
    {
        if (mapping.Bulk is not { } bulk)
            return null;
        var people = bulk.People.ReadAsTyped(row, notes);
        if (people is null)
            notes.Add(bulk.People.Column, "it says nothing; no people are counted");
        var lastDay = bulk.Covers == BulkSpan.Month && day is { } first ? LocalDatePattern.Iso.Format(DateAdjusters.EndOfMonth(first)) : "";
        return new Bulk { People = people ?? 0, LastDay = lastDay };
    }

    private static TAnswer First<TAnswer>(WordsColumn<TAnswer>? column, Row row, Notes notes)
        where TAnswer : struct, System.Enum
    {
        var answers = column?.Read(row, notes) ?? [];
        if (answers.Count > 1)
            notes.Add(column!.Column, "it has more than one answer; the first is used");
        return answers.Count > 0 ? answers[0] : default;
    }

    private static string Shortened(string key) => key.Length <= 100 ? key : key[..99] + "…";
}
