using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Questions.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Tests.Reports;
using static Outreach.Protocol.Questions.V1.QuestionService;
using Answer = Outreach.Protocol.Questions.V1.Answer;

namespace Outreach.Server.Tests.Questions;

/// <summary>What holds of questions and their answers on every store, through the real server.</summary>
public abstract class QuestionServiceContract(ServerFixture fixture)
{
    private readonly QuestionServiceClient questions = new(fixture.Server.Channel);
    private readonly ReportScenario program = new(fixture.Server.Channel);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_that_was_created_is_read_at_once_and_created_again_without_effect()
    {
        var sent = AgeBand();

        var first = await CreateAsync(sent);

        Assert.Equal(first, await CreateAsync(sent));
        Assert.Equal(first, await GetAsync(sent.QuestionId));
        (sent.Etag, sent.CreateTime, sent.UpdateTime, sent.OrganizationId) = ("1", first.CreateTime, first.UpdateTime, "main");
        Assert.Equal(sent, first);
    }

    [Fact]
    public async Task A_change_affects_only_its_mask_and_checks_the_etag()
    {
        var before = await CreateAsync(AgeBand());
        var changed = new Question { QuestionId = before.QuestionId, Etag = "1", Text = "Ignored" };
        changed.Answers.Add([.. before.Answers, new Answer { AnswerId = "not-said", Label = "Rather not say" }]);

        var after = await ChangeAsync(changed, "answers");

        Assert.Equal(("2", before.Text, 3), (after.Etag, after.Text, after.Answers.Count));
        await RpcAssert.RefusedAsync(
            StatusCode.Aborted, "ETAG_STALE", () => ChangeAsync(new Question { QuestionId = before.QuestionId, Etag = "1", Text = "Age" }, "text"));
    }

    [Fact]
    public async Task A_retired_question_is_listed_only_when_asked_for()
    {
        var (asked, retired) = (await CreateAsync(AgeBand()), await CreateAsync(AgeBand()));
        await ChangeAsync(new Question { QuestionId = retired.QuestionId, Retired = true }, "retired");

        Assert.Equal([asked.QuestionId], await ListAsync(includeRetired: false, asked, retired));
        Assert.Equal([asked.QuestionId, retired.QuestionId], await ListAsync(includeRetired: true, asked, retired));
    }

    [Fact]
    public async Task A_malformed_question_names_every_field()
    {
        await RpcAssert.InvalidAsync(["question.question_id", "question.text", "question.answers"], () => CreateAsync(new Question()));

        var twice = AgeBand();
        twice.Answers[1].AnswerId = twice.Answers[0].AnswerId;
        twice.Answers.Add(new Answer { AnswerId = "Not An Id" });
        await RpcAssert.InvalidAsync(["question.answers", "question.answers[2].answer_id", "question.answers[2].label"], () => CreateAsync(twice));
    }

    [Fact]
    public async Task An_unknown_question_is_not_found()
    {
        var id = ReportScenario.NewId();

        await RpcAssert.RefusedAsync(StatusCode.NotFound, "QUESTION_UNKNOWN", () => GetAsync(id));
        await RpcAssert.RefusedAsync(StatusCode.NotFound, "QUESTION_UNKNOWN", () => ChangeAsync(new Question { QuestionId = id, Text = "X" }, "text"));
    }

    [Fact]
    public async Task Answers_are_counted_by_site_and_follow_corrections()
    {
        var (site, other) = (await program.OpenSiteAsync(), await program.OpenSiteAsync());
        var question = (await CreateAsync(AgeBand())).QuestionId;
        var first = await LogAsync(site, (question, "under-25"));
        await LogAsync(site, (question, "25-up"));
        await LogAsync(other, (question, "25-up"));
        await program.CorrectAsync(first, WithAnswers(site, (question, "25-up")));

        Assert.Equal([Counted(question, "25-up", 2)], await CountAsync(site));
        Assert.Equal([Counted(question, "25-up", 3)], await CountAsync(site, other));
        Assert.Contains(
            Counted(question, "25-up", 3),
            (await program.GetOverviewAsync(new OverviewQuery { Span = Span.Month })).Rows.SelectMany(row => row.Answers));
    }

    [Fact]
    public async Task An_answer_that_is_not_known_is_recorded_and_counts_under_its_ids()
    {
        var site = await program.OpenSiteAsync();

        await LogAsync(site, ("removed-question", "removed-answer"));

        Assert.Equal([Counted("removed-question", "removed-answer", 1)], await CountAsync(site));
        Assert.Equal(0, (await program.GetOverviewAsync(new OverviewQuery { SiteIds = { site } })).HeldOpen);
    }

    private static AnswerFigures Counted(string question, string answer, long encounters) =>
        new() { QuestionId = question, AnswerId = answer, Encounters = encounters };

    private static Encounter WithAnswers(string site, params ReadOnlySpan<(string Question, string Answer)> answers)
    {
        var encounter = ReportScenario.Encounter(site, "2026-03-10T16:00:00Z");
        foreach (var (question, answer) in answers)
            encounter.Answers.Add(new QuestionAnswer { QuestionId = question, AnswerId = answer });
        return encounter;
    }

    private static Question AgeBand() => new()
    {
        QuestionId = ReportScenario.NewId(),
        Text = "Age band",
        Answers = { new Answer { AnswerId = "under-25", Label = "Under 25" }, new Answer { AnswerId = "25-up", Label = "25 and over" } },
    };

    private Task<Encounter> LogAsync(string site, params ReadOnlySpan<(string Question, string Answer)> answers) =>
        program.LogAsync(WithAnswers(site, answers));

    private async Task<IEnumerable<AnswerFigures>> CountAsync(params string[] sites) =>
        (await program.GetOverviewAsync(new OverviewQuery { SiteIds = { sites } })).Rows.SelectMany(row => row.Answers);

    private async Task<Question> CreateAsync(Question question) =>
        (await questions.CreateQuestionAsync(new CreateQuestionRequest { Question = question }, cancellationToken: Cancel)).Question;

    private async Task<Question> ChangeAsync(Question question, params string[] fields) =>
        (await questions.UpdateQuestionAsync(
            new UpdateQuestionRequest { Question = question, UpdateMask = new FieldMask { Paths = { fields } } }, cancellationToken: Cancel)).Question;

    private async Task<Question> GetAsync(string id) =>
        (await questions.GetQuestionAsync(new GetQuestionRequest { QuestionId = id }, cancellationToken: Cancel)).Question;

    private async Task<IEnumerable<string>> ListAsync(bool includeRetired, params Question[] among)
    {
        var listed = await questions.ListQuestionsAsync(
            new ListQuestionsRequest { IncludeRetired = includeRetired, PageSize = 1_000 }, cancellationToken: Cancel);
        return listed.Questions.Select(question => question.QuestionId).Where(id => among.Any(one => one.QuestionId == id));
    }
}

public sealed class QuestionsOnSqliteTests(SqliteServerFixture server) : QuestionServiceContract(server), IClassFixture<SqliteServerFixture>;

public sealed class QuestionsOnPostgresTests(PostgresServerFixture server) : QuestionServiceContract(server), IClassFixture<PostgresServerFixture>;
