using Outreach.Server.Ledger;

namespace Outreach.Server.Questions;

/// <summary>Adds questions to the server.</summary>
public static class QuestionRegistration
{
    public static IServiceCollection AddQuestions(this IServiceCollection services) =>
        services.AddSingleton<IStreamDefinition>(QuestionStreamDefinition.Instance);

    public static void MapQuestions(this IEndpointRouteBuilder app) => app.MapGrpcService<QuestionService>();
}
