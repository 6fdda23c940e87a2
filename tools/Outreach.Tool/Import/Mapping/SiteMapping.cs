using System.ComponentModel;
using NodaTime;
using Outreach.Protocol.Sites.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>How rows become sites.</summary>
public sealed record SiteMapping : ImportMapping
{
    [Description("The site's id.")]
    public SiteColumn SiteId { get; init; } = new();

    [Description("Its name.")]
    public TextColumns Name { get; init; } = new();

    [Description("What it is.")]
    public EnumColumn<SiteKind> SiteKind { get; init; } = new();

    [Description("The IANA time zone of every site.")]
    public string TimeZone { get; init; } = "";

    [Description("Where it is, in words.")]
    public TextColumns? Place { get; init; }

    [Description("Degrees north.")]
    public AmountColumn? Latitude { get; init; }

    [Description("Degrees east.")]
    public AmountColumn? Longitude { get; init; }

    [Description("Columns whose five-digit postcodes should agree; a row where they differ gets a note.")]
    public IReadOnlyList<string> PostcodeColumns { get; init; } = [];

    /// <inheritdoc/>
    protected override IEnumerable<(string Path, IColumnRule? Rule)> Rules =>
        [("site_id", SiteId), ("name", Name), ("site_kind", SiteKind), ("place", Place), ("latitude", Latitude), ("longitude", Longitude)];

    /// <inheritdoc/>
    protected override IEnumerable<string> ExtraColumns => PostcodeColumns;

    /// <inheritdoc/>
    public override void Check(MappingErrors errors)
    {
        base.Check(errors);
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) is null)
            errors.Add("time_zone", $"is an IANA time zone such as America/New_York; this is '{TimeZone}'");
        if (Latitude is null != Longitude is null)
            errors.Add("latitude", "needs longitude, and longitude needs latitude");
    }
}
