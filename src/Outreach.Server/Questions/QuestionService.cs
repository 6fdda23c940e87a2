using Grpc.Core;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording.Settings;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Questions.V1;
using Outreach.Server.Access;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Question = Outreach.Domain.Questions.Question;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Questions;

/// <summary>Questions over gRPC.</summary>
internal sealed class QuestionService(IGrainFactory grains, ILedger ledger, OrganizationCache organizations, AuditLog audit)
    : Protocol.Questions.V1.QuestionService.QuestionServiceBase
{
    [Allow(Reach.Somewhere, Role.Administrator, Role.SiteCoordinator, AuditAs = AuditKind.Action)]
    public override async Task<CreateQuestionResponse> CreateQuestion(CreateQuestionRequest request, ServerCallContext context)
    {
        var caller = context.GetCaller();
        var question = QuestionWire.Parse(request, caller.Organization);
        await organizations.RequireVisibleAsync(question.Organization, caller, context.CancellationToken);
        await audit.RecordForOrganizationAsync(context, question.Organization, request);
        var added = await GrainCalls.CallAsync(() => GetGrain(question.Id).AddAsync(question));
        return new CreateQuestionResponse { Question = QuestionWire.ToWire(added) };
    }

    [Allow(Reach.Somewhere, Role.Administrator, Role.SiteCoordinator, AuditAs = AuditKind.Action)]
    public override async Task<UpdateQuestionResponse> UpdateQuestion(UpdateQuestionRequest request, ServerCallContext context)
    {
        var update = QuestionWire.Parse(request);
        var question = (await RequireQuestionAsync(update.Value.Id, context)).Value;
        await audit.RecordForOrganizationAsync(context, question.Organization, request);
        var changed = await GrainCalls.CallAsync(() => GetGrain(question.Id).ChangeAsync(update));
        return new UpdateQuestionResponse { Question = QuestionWire.ToWire(changed) };
    }

    [Allow(Reach.SignedIn)]
    public override async Task<GetQuestionResponse> GetQuestion(GetQuestionRequest request, ServerCallContext context) =>
        new() { Question = QuestionWire.ToWire(await RequireQuestionAsync(QuestionWire.Parse(request), context)) };

    [Allow(Reach.SignedIn)]
    public override async Task<ListQuestionsResponse> ListQuestions(ListQuestionsRequest request, ServerCallContext context)
    {
        var filter = QuestionWire.Parse(request, context.GetCaller().Organization);
        return QuestionWire.ToWire(await QuestionStreamDefinition.Questions.ListAsync(ledger, filter, context.CancellationToken));
    }

    private IQuestionGrain GetGrain(QuestionId id) => grains.GetGrain<IQuestionGrain>(id.Value);

    /// <summary>Finds a question of the caller's organization; for administrators of the installation, of any organization.</summary>
    /// <exception cref="RefusedException">There is none, or the caller may not know of it.</exception>
    private async Task<Versioned<Question>> RequireQuestionAsync(QuestionId id, ServerCallContext context)
    {
        var (caller, found) = (context.GetCaller(), await QuestionStreamDefinition.Questions.FindAsync(ledger, id.Value, context.CancellationToken));
        return found is not null && (found.Value.Organization == caller.Organization || caller.AdministersInstallation)
            ? found
            : throw new RefusedException(QuestionRules.Unknown(id));
    }
}
