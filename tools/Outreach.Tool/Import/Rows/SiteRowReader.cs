using System.Text.RegularExpressions;
using Outreach.Protocol.Sites.V1;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Rows;

/// <summary>Turns rows into sites.</summary>
public sealed partial class SiteRowReader(SiteMapping mapping)
{
    private readonly Dictionary<(string Name, string Place), int> rowByNameAndPlace = [];

    /// <summary>Reads one row; rows have to come in their order, so that one like an earlier one can be noted.</summary>
    public PlannedRow<Site> Read(Row row)
    {
        var key = mapping.KeyOf(row);
        var notes = new RowNotes();
        var id = mapping.SiteId.Read(row, notes);
        var kind = mapping.SiteKind.Read(row, notes);
        if (id is null || kind.Count != 1)
            return new(row.Number, key, null, notes.All, id is null ? "it names no site" : "its site_kind is not in the mapping's table");
        var site = new Site
        {
            SiteId = id,
            Name = mapping.Name.Read(row),
            Kind = kind[0],
            TimeZone = mapping.TimeZone,
            Place = mapping.Place?.Read(row) ?? "",
            Coordinates = CoordinatesOf(row, notes),
        };
        if (FindError(site) is { } error)
            return new(row.Number, key, null, notes.All, error);
        NotePostcodes(row, notes);
        NoteDuplicate(row, site, notes);
        return new(row.Number, key, site, notes.All, null);
    }

    private static string? FindError(Site site) =>
        !Slug.IsValid(site.SiteId) ? $"its site_id is not {Slug.Rule}"
        : site.Name.Length is < 1 or > 100 ? "its name does not have 1 to 100 characters"
        : site.Place.Length > 300 ? "its place has more than 300 characters"
        : null;

    private Coordinates? CoordinatesOf(Row row, RowNotes notes) =>
        mapping.Latitude?.Read(row, notes) is { } latitude && mapping.Longitude?.Read(row, notes) is { } longitude
            ? new Coordinates { Latitude = (double)latitude, Longitude = (double)longitude }
            : null;

    private void NotePostcodes(Row row, RowNotes notes)
    {
        var found = mapping.PostcodeColumns
            .SelectMany(c => Postcode().Matches(row[c] ?? "").Select(m => (Column: c, m.Value)))
            .GroupBy(p => p.Value, p => p.Column)
            .ToList();
        var where = found.Select(g => $"{g.Key} in {string.Join(" and ", g.Distinct())}");
        if (found.Count > 1)
            notes.Add($"postcodes differ: {string.Join(", ", where)}; all are kept as text");
    }

    private void NoteDuplicate(Row row, Site site, RowNotes notes)
    {
        if (!rowByNameAndPlace.TryAdd((site.Name, site.Place), row.Number))
            notes.Add($"same name and place as row {rowByNameAndPlace[(site.Name, site.Place)]}; kept as a site of its own");
    }

    [GeneratedRegex(@"\b\d{5}\b")]
    private static partial Regex Postcode();
}
