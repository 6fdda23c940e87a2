using Grpc.Core;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Naive;

/// <summary>The encounter calls that the bench compares.</summary>
internal sealed class NaiveEncounterService(INaiveStore store) : EncounterService.EncounterServiceBase
{
    private static readonly Task<GetDeviceProgressResponse> EmptyResponse = Task.FromResult(new GetDeviceProgressResponse());

    public override async Task<LogEncounterResponse> LogEncounter(LogEncounterRequest request, ServerCallContext context)
    {
        var encounter = request.Encounter;
        if (encounter is null || !Guid.TryParse(encounter.EncounterId, out _) || encounter.SiteId.Length is 0 or > 64)
            throw new RpcException(new Status(StatusCode.InvalidArgument, "encounter_id must be a UUID, and site_id must have 1 to 64 characters."));
        var isNew = await store.LogAsync(encounter);
        return new LogEncounterResponse
        {
            Result = new EncounterResult
            {
                EncounterId = encounter.EncounterId,
                Outcome = isNew ? RecordOutcome.Recorded : RecordOutcome.AlreadyRecorded,
            },
        };
    }

    /// <summary>Does nothing. The bench uses it to measure the highest rate that a unary call can reach.</summary>
    public override Task<GetDeviceProgressResponse> GetDeviceProgress(GetDeviceProgressRequest request, ServerCallContext context) => EmptyResponse;
}
