using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>How rows become encounters. Refills are encounters too.</summary>
public sealed record EncounterMapping : ImportMapping
{
    /// <summary>Remarks that are kept with every record, because they hold for the whole source.</summary>
    public IReadOnlyList<string> EveryRowSays { get; init; } = [];

    /// <summary>Sites that the rows need and no file of sites has; they are made first, unless they are there.</summary>
    public IReadOnlyList<EnsuredSite> EnsureSites { get; init; } = [];

    /// <summary>Where it happened.</summary>
    public SiteColumn Site { get; init; } = new();

    /// <summary>When it happened.</summary>
    public DateTimeColumn Occurred { get; init; } = new();

    /// <summary>Present where a row stands for many people.</summary>
    public BulkMapping? Bulk { get; init; }

    /// <summary>Where it took place.</summary>
    public EnumColumn<LocationType>? LocationType { get; init; }

    /// <summary>What was handed out.</summary>
    public IReadOnlyList<HandedOutMapping> HandedOut { get; init; } = [];

    /// <summary>Used syringes that came back, counted.</summary>
    public CountColumn? SyringesReturned { get; init; }

    /// <summary>Whom supplies are for.</summary>
    public EnumColumn<OnBehalfOf>? OnBehalfOf { get; init; }

    /// <summary>How many others.</summary>
    public CountColumn? Others { get; init; }

    /// <summary>Services given; several columns add up.</summary>
    public IReadOnlyList<EnumColumn<Service>> Services { get; init; } = [];

    /// <summary>Referrals made; several columns add up.</summary>
    public IReadOnlyList<EnumColumn<ReferralKind>> Referrals { get; init; } = [];

    /// <summary>People trained.</summary>
    public CountColumn? PeopleTrained { get; init; }

    /// <summary>Why supplies are replaced; several columns add up.</summary>
    public IReadOnlyList<EnumColumn<RefillReason>> RefillReasons { get; init; } = [];

    /// <summary>An overdose that was reported; absent where rows report none.</summary>
    public OverdoseMapping? OverdoseReport { get; init; }

    /// <summary>What should hold between two columns; it is noted where it does not.</summary>
    public IReadOnlyList<ColumnLimit> Expect { get; init; } = [];

    /// <inheritdoc/>
    protected override IEnumerable<(string Path, IColumnRule? Rule)> Rules =>
    [
        ("site", Site), ("occurred", Occurred), ("bulk.people", Bulk?.People), ("location_type", LocationType),
        .. HandedOut.SelectMany((h, i) => h.Rules($"handed_out[{i}]")),
        ("syringes_returned", SyringesReturned), ("on_behalf_of", OnBehalfOf), ("others", Others),
        .. Each("services", Services), .. Each("referrals", Referrals),
        ("people_trained", PeopleTrained), .. Each("refill_reasons", RefillReasons),
        .. OverdoseReport?.Rules("overdose_report") ?? [],
        .. Each("expect", Expect),
    ];

    /// <inheritdoc/>
    public override void Check(MappingErrors problems)
    {
        base.Check(problems);
        foreach (var (i, site) in EnsureSites.Index())
            site.Check($"ensure_sites[{i}]", problems);
        foreach (var (i, _) in EveryRowSays.Index().Where(r => r.Item.Length > RowNotes.MaxRemarkLength))
            problems.Add($"every_row_says[{i}]", $"it has at most {RowNotes.MaxRemarkLength} characters");
        if (Imports == "refills" && OverdoseReport is null && RefillReasons.Count == 0)
            problems.Add("overdose_report", "refills need it, or refill_reasons");
    }

    internal static IEnumerable<(string Path, IColumnRule? Rule)> Each(string path, IReadOnlyList<IColumnRule> rules) =>
        rules.Select((r, i) => ($"{path}[{i}]", (IColumnRule?)r));
}
