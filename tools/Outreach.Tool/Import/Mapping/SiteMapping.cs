using Outreach.Protocol.Sites.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>How rows become sites.</summary>
public sealed record SiteMapping : ImportMapping
{
    /// <summary>The site's id.</summary>
    public SiteColumn SiteId { get; init; } = new();

    /// <summary>Its name.</summary>
    public TextColumns Name { get; init; } = new();

    /// <summary>What it is.</summary>
    public EnumColumn<SiteKind> Kind { get; init; } = new();

    /// <summary>The IANA time zone of every site.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Where it is, in words.</summary>
    public TextColumns? Place { get; init; }

    /// <summary>Degrees north.</summary>
    public AmountColumn? Latitude { get; init; }

    /// <summary>Degrees east.</summary>
    public AmountColumn? Longitude { get; init; }

    /// <summary>Columns that should not contradict each other in a five-digit postcode; it is noted where they do.</summary>
    public IReadOnlyList<string> SamePostcode { get; init; } = [];

    /// <inheritdoc/>
    protected override IEnumerable<(string Path, IColumnRule? Rule)> Rules =>
        [("site_id", SiteId), ("name", Name), ("kind", Kind), ("place", Place), ("latitude", Latitude), ("longitude", Longitude)];

    /// <inheritdoc/>
    protected override IEnumerable<string> ExtraColumns => SamePostcode;

    /// <inheritdoc/>
    public override void Check(MappingErrors problems)
    {
        base.Check(problems);
        problems.Require("time_zone", TimeZone);
        if (Latitude is null != Longitude is null)
            problems.Add("latitude", "it needs longitude, and the other way round");
    }
}
