using NodaTime;
using Orleans.Concurrency;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Ledger;

namespace Outreach.Server.Questions;

/// <summary>The single writer of a question; its key is the question's id. It answers when everything is durable.</summary>
[Alias("outreach.question")]
public interface IQuestionGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="QuestionRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<Versioned<Question>>> AddAsync(Question question);

    /// <inheritdoc cref="QuestionRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<Versioned<Question>>> ChangeAsync(SettingsUpdate<Question> update);
}

/// <inheritdoc cref="IQuestionGrain"/>
public sealed class QuestionGrain(ILedger ledger, IClock clock)
    : LedgerGrain<SettingsState<Question>, QuestionEvent>(ledger, QuestionStreamDefinition.Instance, clock), IQuestionGrain
{
    public Task<Result<Versioned<Question>>> AddAsync(Question question) => RecordAsync(QuestionRules.Add(State, question), state => state.Current);

    public Task<Result<Versioned<Question>>> ChangeAsync(SettingsUpdate<Question> update) => RecordAsync(
        QuestionRules.Change(State, update.Value.Id, question => QuestionFields.All.Merge(question, update), update.ExpectedVersion), state => state.Current);
}
