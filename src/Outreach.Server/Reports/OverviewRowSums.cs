using Outreach.Domain.Encounters;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Encounters;
using Outreach.Server.Recording;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Reports;

/// <summary>The sums of one row of an overview.</summary>
internal sealed class OverviewRowSums
{
    private readonly SortedDictionary<string, long[]> products = new(StringComparer.Ordinal);
    private readonly SortedDictionary<ReferralKind, long> referrals = [];
    private readonly SortedDictionary<(string Question, string Answer), long> answers = new(AnswerOrder);

    private static Comparer<(string Question, string Answer)> AnswerOrder { get; } = Comparer<(string Question, string Answer)>.Create(
        (x, y) => string.CompareOrdinal(x.Question, y.Question) is var questions and not 0 ? questions : string.CompareOrdinal(x.Answer, y.Answer));

    /// <summary>The figures in the order of <see cref="EncounterFigures.Columns"/>.</summary>
    public long[] Figures { get; } = new long[EncounterFigures.Columns.Length];

    /// <summary>True if nothing is left in the row.</summary>
    public bool IsZero =>
        !Figures.AsSpan().ContainsAnyExcept(0) && products.Values.All(IsZeroProduct) && referrals.Values.All(count => count == 0)
        && answers.Values.All(count => count == 0);

    /// <summary>The sums of a product in the order of <see cref="EncounterFigures.LineColumns"/>.</summary>
    public long[] GetProduct(string product)
    {
        if (!products.TryGetValue(product, out var sums))
            products[product] = sums = new long[EncounterFigures.LineColumns.Length];
        return sums;
    }

    /// <summary>Adds referrals of a kind.</summary>
    public void AddReferrals(ReferralKind kind, long count) => referrals[kind] = referrals.GetValueOrDefault(kind) + count;

    /// <summary>Adds encounters with an answer.</summary>
    public void AddAnswers(string question, string answer, long count) =>
        answers[(question, answer)] = answers.GetValueOrDefault((question, answer)) + count;

    public OverviewRow ToWire(string site, string periodStart)
    {
        var row = new OverviewRow { SiteId = site, PeriodStart = periodStart, Figures = FigureFields.ToFigures(Figures) };
        foreach (var (product, sums) in products)
            if (!IsZeroProduct(sums))
                row.Products.Add(FigureFields.ToProductFigures(product, sums));
        foreach (var (kind, count) in referrals)
            if (count != 0)
                row.Referrals.Add(new ReferralFigures { Kind = WireEnums.ToWire<ReferralKind, Wire.ReferralKind>(kind), Referrals = count });
        foreach (var ((question, answer), count) in answers)
            if (count != 0)
                row.Answers.Add(new AnswerFigures { QuestionId = question, AnswerId = answer, Encounters = count });
        return row;
    }

    private static bool IsZeroProduct(long[] sums) => !sums.AsSpan().ContainsAnyExcept(0);
}
