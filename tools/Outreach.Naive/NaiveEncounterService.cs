using Grpc.Core;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Naive;

/// <summary>The calls of the encounter service that the bench compares.</summary>
internal sealed class NaiveEncounterService(INaiveStore store) : EncounterService.EncounterServiceBase
{
    private static readonly Task<GetDeviceProgressResponse> EmptyResponse = Task.FromResult(new GetDeviceProgressResponse());

    public override async Task<LogEncounterResponse> LogEncounter(LogEncounterRequest request, ServerCallContext context)
    {
        var encounter = request.Encounter;
        if (encounter is null || !Guid.TryParse(encounter.EncounterId, out _) || encounter.SiteId.Length is 0 or > 64)
            throw new RpcException(new Status(StatusCode.InvalidArgument, "An encounter needs its id and its site's id."));
        var isNew = await store.LogAsync(encounter);
        return new LogEncounterResponse
        {
            Answer = new EncounterResult
            {
                EncounterId = encounter.EncounterId,
                Outcome = isNew ? RecordOutcome.Recorded : RecordOutcome.RecordedBefore,
            },
        };
    }

    /// <summary>Does nothing: the empty call, which is the ceiling for any unary call.</summary>
    public override Task<GetDeviceProgressResponse> GetDeviceProgress(GetDeviceProgressRequest request, ServerCallContext context) => EmptyResponse;
}
