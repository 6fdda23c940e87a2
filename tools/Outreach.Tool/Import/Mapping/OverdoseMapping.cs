using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Columns;

namespace Outreach.Tool.Import.Mapping;

/// <summary>An overdose that was reported. Counts that are not plausible are noted and left out.</summary>
public sealed record OverdoseMapping
{
    /// <summary>Overdoses seen.</summary>
    public CountColumn? OverdosesSeen { get; init; }

    /// <summary>People who were revived: the reversals that are counted.</summary>
    public CountColumn? Reversals { get; init; }

    /// <summary>Doses given.</summary>
    public CountColumn? DosesUsed { get; init; }

    /// <summary>Forms of the medication; several columns add up.</summary>
    public IReadOnlyList<EnumColumn<MedicationForm>> FormsUsed { get; init; } = [];

    /// <summary>Millilitres.</summary>
    public AmountColumn? Millilitres { get; init; }

    /// <summary>Whether rescue breathing or chest compressions were given.</summary>
    public YesNoColumn? RescueBreathing { get; init; }

    /// <summary>Whether emergency services were called.</summary>
    public YesNoColumn? EmergencyServicesCalled { get; init; }

    /// <summary>What became of it; several columns add up.</summary>
    public IReadOnlyList<EnumColumn<OverdoseOutcome>> Outcomes { get; init; } = [];

    /// <summary>Drugs that were suspected; several columns add up.</summary>
    public IReadOnlyList<EnumColumn<SuspectedDrug>> SuspectedDrugs { get; init; } = [];

    /// <summary>Signs that were seen; several columns add up.</summary>
    public IReadOnlyList<EnumColumn<OverdoseSign>> Signs { get; init; } = [];

    internal IEnumerable<(string Path, IColumnRule? Rule)> Rules(string path) =>
    [
        ($"{path}.overdoses_seen", OverdosesSeen), ($"{path}.reversals", Reversals), ($"{path}.doses_used", DosesUsed),
        .. EncounterMapping.Each($"{path}.forms_used", FormsUsed), ($"{path}.millilitres", Millilitres),
        ($"{path}.rescue_breathing", RescueBreathing), ($"{path}.emergency_services_called", EmergencyServicesCalled),
        .. EncounterMapping.Each($"{path}.outcomes", Outcomes), .. EncounterMapping.Each($"{path}.suspected_drugs", SuspectedDrugs),
        .. EncounterMapping.Each($"{path}.signs", Signs),
    ];
}
