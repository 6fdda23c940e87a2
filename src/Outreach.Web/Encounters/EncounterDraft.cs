using Outreach.Protocol.Encounters.V1;
using Outreach.Web.Shell.Names;

namespace Outreach.Web.Encounters;

/// <summary>An encounter while a person corrects it. What the form does not show stays as it was sent.</summary>
internal sealed class EncounterDraft
{
    private readonly Encounter sent;
    private readonly DisplayNames names;
    private string siteId;
    private DateTime? sentWhen;
    private readonly int? sentSyringes;

    public EncounterDraft(Encounter sent, DisplayNames names)
    {
        (this.sent, this.names) = (sent, names);
        siteId = sent.SiteId;
        When = sentWhen = LocalWhen();
        Lines = [.. sent.HandedOut.Select(line => new LineDraft { ProductId = line.ProductId, Units = line.Units, LotNumber = line.LotNumber })];
        SyringesReturned = sentSyringes = CountSyringes(sent.SyringesReturned);
        PeopleTrained = sent.PeopleTrained == 0 ? null : sent.PeopleTrained;
        (HasOverdose, var report) = (sent.OverdoseReport is not null, sent.OverdoseReport ?? new OverdoseReport());
        (OverdosesSeen, Reversals, DosesUsed) = (report.OverdosesSeen, report.Reversals, report.DosesUsed);
    }

    /// <summary>Where it happened. The moment as it was sent stays the same by another site's clock.</summary>
    public string SiteId
    {
        get => siteId;
        set
        {
            siteId = value;
            if (When == sentWhen)
                When = sentWhen = LocalWhen();
        }
    }

    /// <summary>When it happened, by the site's clock; null where it does not say.</summary>
    public DateTime? When { get; set; }

    public List<LineDraft> Lines { get; }

    public int? SyringesReturned { get; set; }

    public int? PeopleTrained { get; set; }

    public bool HasOverdose { get; set; }

    public int? OverdosesSeen { get; set; }

    public int? Reversals { get; set; }

    public int? DosesUsed { get; set; }

    /// <summary>The corrected encounter. <see cref="When"/> must be known.</summary>
    public Encounter ToEncounter()
    {
        var corrected = sent.Clone();
        corrected.SiteId = SiteId;
        // The same moment to the millisecond keeps the correction of the device's clock.
        if (When != sentWhen)
            corrected.OccurredAt = SiteClock.ToTimestamp(When!.Value, names.TimeZoneOf(SiteId));
        corrected.HandedOut.Clear();
        corrected.HandedOut.Add(Lines.Select(line => new HandedOut { ProductId = line.ProductId, Units = line.Units ?? 0, LotNumber = line.LotNumber.Trim() }));
        if (SyringesReturned != sentSyringes)
            corrected.SyringesReturned = SyringesReturned is { } count and not 0 ? new SyringesReturned { Count = count } : null;
        corrected.PeopleTrained = PeopleTrained ?? 0;
        corrected.OverdoseReport = HasOverdose ? CorrectReport(corrected.OverdoseReport ?? new OverdoseReport()) : null;
        return corrected;
    }

    private DateTime? LocalWhen() => SiteClock.ToLocal(sent.OccurredAt, names.TimeZoneOf(siteId));

    private OverdoseReport CorrectReport(OverdoseReport report)
    {
        (report.OverdosesSeen, report.Reversals, report.DosesUsed) = (OverdosesSeen ?? 0, Reversals ?? 0, DosesUsed ?? 0);
        return report;
    }

    private static int? CountSyringes(SyringesReturned? returned) => returned switch
    {
        null => null,
        { Weight: { MilligramsEach: > 0 } weight } => (int)Math.Round(weight.Grams * 1000.0 / weight.MilligramsEach),
        _ => returned.Count,
    };
}

/// <summary>One line of what was handed out, while a person corrects it.</summary>
internal sealed class LineDraft
{
    public string ProductId { get; set; } = "";

    public int? Units { get; set; }

    public string LotNumber { get; set; } = "";
}
