using System.ComponentModel;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>How rows become encounters. Refills are encounters too.</summary>
public sealed record EncounterMapping : ImportMapping
{
    [Description("The column with a record's own UUID. The record then has this id, as in an export of encounters.")]
    public string EncounterIdColumn { get; init; } = "";

    [Description("Remarks that are kept with every record, because they hold for the whole source.")]
    public IReadOnlyList<string> RemarksOnEveryRow { get; init; } = [];

    [Description("Sites that the rows need and no file of sites has; those that do not exist are created first.")]
    public IReadOnlyList<EnsuredSite> EnsureSites { get; init; } = [];

    [Description("Where it happened.")]
    public SiteColumn Site { get; init; } = new();

    [Description("When it happened.")]
    public DateTimeColumn Occurred { get; init; } = new();

    [Description("Present if a row can stand for many people: a shift, a month.")]
    public BulkMapping? Bulk { get; init; }

    [Description("The kind of place.")]
    public EnumColumn<LocationType>? LocationType { get; init; }

    [Description("What was handed out: an entry for each column with units.")]
    public IReadOnlyList<HandedOutMapping> HandedOut { get; init; } = [];

    [Description("What was handed out, all in one column.")]
    public HandedOutListColumn? HandedOutList { get; init; }

    [Description("Used syringes that came back, counted.")]
    public CountColumn? SyringesReturned { get; init; }

    [Description("Used syringes that came back, weighed. Where a row has both, the count is used.")]
    public WeightColumn? SyringesReturnedWeight { get; init; }

    [Description("Whom the supplies are for.")]
    public EnumColumn<OnBehalfOf>? OnBehalfOf { get; init; }

    [Description("How many others the supplies are for.")]
    public CountColumn? Others { get; init; }

    [Description("Services given; several columns add up.")]
    public IReadOnlyList<EnumColumn<Service>> Services { get; init; } = [];

    [Description("Referrals made; several columns add up.")]
    public IReadOnlyList<EnumColumn<ReferralKind>> Referrals { get; init; } = [];

    [Description("People trained in responding to an overdose.")]
    public CountColumn? PeopleTrained { get; init; }

    [Description("An anonymous code by the program's own recipe. The server keeps only a keyed hash of it. Never a name.")]
    public TextColumns? ParticipantCode { get; init; }

    [Description("Why supplies are replaced; several columns add up.")]
    public IReadOnlyList<EnumColumn<RefillReason>> RefillReasons { get; init; } = [];

    [Description("An overdose that was reported; absent if rows report none.")]
    public OverdoseMapping? OverdoseReport { get; init; }

    [Description("Columns that should not be larger than another; a row where one is gets a note.")]
    public IReadOnlyList<ColumnCheck> Checks { get; init; } = [];

    /// <inheritdoc/>
    protected override IEnumerable<(string Path, IColumnRule? Rule)> Rules =>
    [
        ("site", Site), ("occurred", Occurred), .. Bulk?.Rules("bulk") ?? [], ("location_type", LocationType),
        .. HandedOut.SelectMany((h, i) => h.Rules($"handed_out[{i}]")), ("handed_out_list", HandedOutList),
        ("syringes_returned", SyringesReturned), ("syringes_returned_weight", SyringesReturnedWeight),
        ("on_behalf_of", OnBehalfOf), ("others", Others),
        .. Each("services", Services), .. Each("referrals", Referrals),
        ("people_trained", PeopleTrained), ("participant_code", ParticipantCode), .. Each("refill_reasons", RefillReasons),
        .. OverdoseReport?.Rules("overdose_report") ?? [],
        .. Each("checks", Checks),
    ];

    /// <inheritdoc/>
    protected override IEnumerable<string> ExtraColumns => EncounterIdColumn.Length == 0 ? [] : [EncounterIdColumn];

    /// <inheritdoc/>
    public override void Check(MappingErrors errors)
    {
        base.Check(errors);
        foreach (var (i, site) in EnsureSites.Index())
            site.Check($"ensure_sites[{i}]", errors);
        foreach (var (i, _) in RemarksOnEveryRow.Index().Where(r => r.Item.Length > RowNotes.MaxRemarkLength))
            errors.Add($"remarks_on_every_row[{i}]", $"has at most {RowNotes.MaxRemarkLength} characters");
        if (EncounterIdColumn.Length > 0 && RowKey.Count > 0)
            errors.Add("row_key", "cannot be given with encounter_id_column: the id tells the rows apart");
        if (ParticipantCode is { } code && code.Columns.Intersect(RowKey).Any())
            errors.Add("row_key", "must not contain a column of participant_code: keys are kept readable with each record");
        if (Kind == "refills" && OverdoseReport is null && RefillReasons.Count == 0)
            errors.Add("overdose_report", "is required for refills, or refill_reasons");
    }

    internal static IEnumerable<(string Path, IColumnRule? Rule)> Each(string path, IReadOnlyList<IColumnRule> rules) =>
        rules.Select((r, i) => ($"{path}[{i}]", (IColumnRule?)r));
}
