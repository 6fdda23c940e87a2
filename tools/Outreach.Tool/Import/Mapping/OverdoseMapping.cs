using System.ComponentModel;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>An overdose that was reported. Counts that are not plausible are noted and left out.</summary>
public sealed record OverdoseMapping
{
    [Description("Overdoses seen.")]
    public CountColumn? OverdosesSeen { get; init; }

    [Description("People who were revived: the reversals that are counted.")]
    public CountColumn? Reversals { get; init; }

    [Description("Doses given.")]
    public CountColumn? DosesUsed { get; init; }

    [Description("Forms of the medication; several columns add up.")]
    public IReadOnlyList<EnumColumn<MedicationForm>> FormsUsed { get; init; } = [];

    [Description("Millilitres.")]
    public AmountColumn? Millilitres { get; init; }

    [Description("Whether rescue breathing or chest compressions were given.")]
    public YesNoColumn? RescueBreathing { get; init; }

    [Description("Whether emergency services were called.")]
    public YesNoColumn? EmergencyServicesCalled { get; init; }

    [Description("Why emergency services were not called.")]
    public EnumColumn<NotCalledReason>? NotCalledReason { get; init; }

    [Description("What became of it; several columns add up.")]
    public IReadOnlyList<EnumColumn<OverdoseOutcome>> Outcomes { get; init; } = [];

    [Description("Drugs that were suspected; several columns add up.")]
    public IReadOnlyList<EnumColumn<SuspectedDrug>> SuspectedDrugs { get; init; } = [];

    [Description("Signs that were seen; several columns add up.")]
    public IReadOnlyList<EnumColumn<OverdoseSign>> Signs { get; init; } = [];

    internal IEnumerable<(string Path, IColumnRule? Rule)> Rules(string path) =>
    [
        ($"{path}.overdoses_seen", OverdosesSeen), ($"{path}.reversals", Reversals), ($"{path}.doses_used", DosesUsed),
        .. EncounterMapping.Each($"{path}.forms_used", FormsUsed), ($"{path}.millilitres", Millilitres),
        ($"{path}.rescue_breathing", RescueBreathing), ($"{path}.emergency_services_called", EmergencyServicesCalled),
        ($"{path}.not_called_reason", NotCalledReason),
        .. EncounterMapping.Each($"{path}.outcomes", Outcomes), .. EncounterMapping.Each($"{path}.suspected_drugs", SuspectedDrugs),
        .. EncounterMapping.Each($"{path}.signs", Signs),
    ];
}
