using Google.Protobuf.WellKnownTypes;
using Microsoft.Playwright;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Questions.V1;
using static Microsoft.Playwright.Assertions;

namespace Outreach.Web.Tests.Browser;

/// <summary>How a program asks its own questions, in a real browser.</summary>
public sealed class QuestionsTests(ChromiumFixture chromium) : IClassFixture<ChromiumFixture>
{
    [Fact]
    public async Task A_question_is_added_and_its_answers_are_shown_on_the_overview()
    {
        var (page, errors) = await chromium.NewPageAsync();
        await using var server = await DashboardServer.StartNewAsync();
        await new FieldWorker(server.Channel).OpenSiteAsync("van-1", "Kensington van");
        await DashboardSteps.OpenAsync(page, server, "questions");

        await Button(page, "Add a question").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Question" }).FillAsync("Age band");
        await Button(page, "Add").ClickAsync();
        await Expect(page.GetByText("Give at least two answers.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Answer 1" }).FillAsync("Under 25");
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Answer 2" }).FillAsync("25 and over");
        await Button(page, "Add").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Age band" })).ToContainTextAsync("Under 25, 25 and over");
        await AnswerAsync(server, "25 and over");
        await page.GotoAsync(server.Address + "?period=all");

        var bars = page.Locator("section", new() { HasText = "Answers to your questions" });
        await Expect(bars.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "25 and over" })).ToContainTextAsync("1");
        await Expect(bars.GetByRole(AriaRole.Heading, new() { Name = "Age band" })).ToBeVisibleAsync();
        Assert.Empty(errors);
    }

    private static async Task AnswerAsync(DashboardServer server, string label)
    {
        var questions = new QuestionService.QuestionServiceClient(server.Channel);
        var question = Assert.Single((await questions.ListQuestionsAsync(new ListQuestionsRequest())).Questions);
        var encounter = new Encounter
        {
            EncounterId = Guid.CreateVersion7().ToString(),
            SiteId = "van-1",
            OccurredAt = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()),
        };
        var answer = Assert.Single(question.Answers, answer => answer.Label == label);
        encounter.Answers.Add(new QuestionAnswer { QuestionId = question.QuestionId, AnswerId = answer.AnswerId });
        await new EncounterService.EncounterServiceClient(server.Channel).LogEncounterAsync(new LogEncounterRequest { Encounter = encounter });
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });
}
