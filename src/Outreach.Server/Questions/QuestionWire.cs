using Outreach.Domain.Access;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Questions.V1;

namespace Outreach.Server.Questions;

/// <summary>Reads requests about questions, and writes answers.</summary>
internal static class QuestionWire
{
    /// <param name="request">The request.</param>
    /// <param name="own">The organization that gets the question if the request names none.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static Question Parse(Wire.CreateQuestionRequest request, OrganizationId own) =>
        QuestionFields.All.ParseNew(request.Question, question => question with { Organization = own });

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsUpdate<Question> Parse(Wire.UpdateQuestionRequest request) =>
        QuestionFields.All.ParseUpdate(request.Question, request.UpdateMask);

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static QuestionId Parse(Wire.GetQuestionRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.QuestionId, "question_id", violations);
        violations.ThrowIfAny();
        return new QuestionId(id!);
    }

    /// <param name="request">The request.</param>
    /// <param name="own">The caller's organization.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsFilter Parse(Wire.ListQuestionsRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var list = $"questions {request.IncludeRetired}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new SettingsFilter(list, page, [("retired", request.IncludeRetired ? null : ""), ("organization_id", own.Value)]);
    }

    public static Wire.Question ToWire(Versioned<Question> question) => QuestionFields.All.ToWire(question);

    public static Wire.ListQuestionsResponse ToWire(SettingsPage<Question> page) =>
        new() { Questions = { page.Items.Select(ToWire) }, NextPageToken = page.NextPageToken };
}
