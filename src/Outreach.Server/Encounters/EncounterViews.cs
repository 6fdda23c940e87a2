using Outreach.Domain.Encounters;
using Outreach.Server.Ledger;

namespace Outreach.Server.Encounters;

/// <summary>The views of encounters. Days are numbers of days since 1970-01-01.</summary>
internal static class EncounterViews
{
    /// <summary>The figures of a site on a day of its own time zone.</summary>
    public static readonly CounterView SiteDays = new("site_days", ["site_id"], "day", EncounterFigures.Columns);

    /// <summary>The same over all sites. Its one text key is empty.</summary>
    public static readonly CounterView ProgramDays = new("program_days", ["program"], "day", EncounterFigures.Columns);

    /// <summary>What a site handed out of a product on a day of its own time zone.</summary>
    public static readonly CounterView ProductDays = new("product_days", ["site_id", "product_id"], "day", EncounterFigures.LineColumns);

    /// <summary>The same over all sites.</summary>
    public static readonly CounterView ProgramProductDays = new("program_product_days", ["product_id"], "day", EncounterFigures.LineColumns);

    /// <summary>Referrals that a site made on a day of its own time zone; the kind is the name of a <see cref="ReferralKind"/>.</summary>
    public static readonly CounterView ReferralDays = new("referral_days", ["site_id", "kind"], "day", ["referrals"]);

    /// <summary>The same over all sites.</summary>
    public static readonly CounterView ProgramReferralDays = new("program_referral_days", ["kind"], "day", ["referrals"]);

    /// <summary>Encounters of a site with an answer to a question on a day of its own time zone.</summary>
    public static readonly CounterView AnswerDays = new("answer_days", ["site_id", "question_id", "answer_id"], "day", ["encounters"]);

    /// <summary>The same over all sites.</summary>
    public static readonly CounterView ProgramAnswerDays = new("program_answer_days", ["question_id", "answer_id"], "day", ["encounters"]);

    /// <summary>The sequence numbers of a device that have arrived for a site: number s, from 1, is bit (s-1)%62 of block (s-1)/62.</summary>
    public static readonly CounterView DeviceSequences = new("device_sequences", ["device_id", "site_id"], "block", ["bits"], AggregateFunction.Or, ["device_id", "block", "site_id"]);

    /// <summary>Held records: the state is a <see cref="HeldRecordState"/>, the document a <see cref="HeldDocument"/>.</summary>
    public static readonly DocumentView Held = new("held", ["site_id", "encounter_id"], ["state", "held_at"]);

    /// <summary>Changed encounters: the document is an <see cref="AmendedDocument"/>.</summary>
    public static readonly DocumentView Amendments = new("amendments", ["site_id", "encounter_id"], []);

    /// <summary>The number of sequence numbers in one row.</summary>
    public const int NumbersInBlock = 62;

    public static readonly IReadOnlyList<View> All =
    [
        SiteDays, ProgramDays, ProductDays, ProgramProductDays, ReferralDays, ProgramReferralDays, AnswerDays, ProgramAnswerDays,
        DeviceSequences, Held, Amendments,
    ];
}
