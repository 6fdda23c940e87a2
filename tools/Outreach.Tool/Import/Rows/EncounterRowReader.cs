using Google.Protobuf.WellKnownTypes;
using NodaTime;
using NodaTime.Text;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Rows;

/// <summary>
/// Turns rows into encounters. Quantities that count are sent as they were typed, also where they are impossible: the server holds
/// such a record whole. What was only reported is left out where it is not plausible, and noted.
/// </summary>
public sealed class EncounterRowReader(EncounterMapping mapping)
{
    private readonly RowKeys keys = new(mapping);

    /// <summary>Reads one row; rows have to come in their order, so that one with the key of an earlier one is found.</summary>
    public PlannedRow<Encounter> Read(Row row)
    {
        var notes = new RowNotes();
        if (keys.Find(row, mapping.EncounterIdColumn, out var key) is { } wrong)
            return new(row.Number, key.Text, null, [], wrong);
        if (mapping.Site.Read(row, notes) is not { } site)
            return new(row.Number, key.Text, null, notes.All, "it names no site");
        var encounter = EncounterOf(row, site, notes);
        foreach (var check in mapping.Checks)
            check.AddNoteIfExceeded(row, notes);
        encounter.EncounterId = key.Id.ToString();
        encounter.Provenance = new Provenance { Source = mapping.Source, Reference = key.Reference };
        encounter.Provenance.Remarks.Add(RowNotes.AsRemarks([.. mapping.RemarksOnEveryRow, .. notes.All]));
        return new(row.Number, key.Text, encounter, notes.All, null) { EarlierId = key.EarlierId };
    }

    private Encounter EncounterOf(Row row, string site, RowNotes notes)
    {
        var occurred = mapping.Occurred.Read(row, notes);
        var encounter = new Encounter
        {
            SiteId = site,
            OccurredAt = occurred?.ToInstant() is { } at ? Timestamp.FromDateTimeOffset(at.ToDateTimeOffset()) : null,
            Bulk = BulkOf(row, occurred?.Date, notes),
            LocationType = mapping.LocationType.ReadFirst(row, notes),
            SyringesReturned = SyringesReturnedOf(row, notes),
            OnBehalfOf = mapping.OnBehalfOf.ReadFirst(row, notes),
            Others = mapping.Others?.ReadAsTyped(row, notes) ?? 0,
            PeopleTrained = mapping.PeopleTrained?.ReadAsTyped(row, notes) ?? 0,
            ParticipantCode = mapping.ParticipantCode?.Read(row) ?? "",
            OverdoseReport = mapping.OverdoseReport is { } overdose ? OverdoseReportReader.Read(overdose, row, notes) : null,
        };
        encounter.HandedOut.Add(mapping.HandedOut.Select(h => LineOf(h, row, notes)).OfType<HandedOut>());
        encounter.HandedOut.Add(mapping.HandedOutList?.Read(row, notes) ?? []);
        encounter.Services.Add(mapping.Services.ReadAll(row, notes));
        encounter.Referrals.Add(mapping.Referrals.ReadAll(row, notes));
        encounter.RefillReasons.Add(mapping.RefillReasons.ReadAll(row, notes));
        return encounter;
    }

    private SyringesReturned? SyringesReturnedOf(Row row, RowNotes notes)
    {
        var count = mapping.SyringesReturned?.ReadQuantity(row, notes) ?? 0;
        var weight = mapping.SyringesReturnedWeight?.Read(row, notes);
        if (count != 0 && weight is not null)
            notes.Add(mapping.SyringesReturnedWeight!.Column, "the row has a count too; the weight is not used");
        return count != 0 ? new SyringesReturned { Count = count }
            : weight is not null ? new SyringesReturned { Weight = weight }
            : null;
    }

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
        if (people is null && bulk.Optional)
            return null;
        if (people is null)
            notes.Add(bulk.People.Column, "it is empty; no people are counted");
        var lastDay = bulk.LastDay?.Read(row, notes) ?? (day is { } first ? LastDayOf(bulk.Period, first) : "");
        return new Bulk { People = people ?? 0, LastDay = lastDay };
    }

    private static string LastDayOf(BulkPeriod period, LocalDate first) => period switch
    {
        BulkPeriod.Week => LocalDatePattern.Iso.Format(first.PlusDays(6)),
        BulkPeriod.Month => LocalDatePattern.Iso.Format(DateAdjusters.EndOfMonth(first)),
        BulkPeriod.Quarter => LocalDatePattern.Iso.Format(DateAdjusters.EndOfMonth(new LocalDate(first.Year, ((first.Month - 1) / 3 * 3) + 3, 1))),
        BulkPeriod.Year => LocalDatePattern.Iso.Format(new LocalDate(first.Year, 12, 31)),
        _ => "",
    };
}
