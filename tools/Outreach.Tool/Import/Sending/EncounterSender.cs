using Grpc.Core;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Import.Sending;

/// <summary>
/// Sends encounters down one stream, in batches, with a bounded number unanswered. When the stream breaks it is opened
/// again and what has no answer is sent again: the ids make that safe.
/// </summary>
public sealed class EncounterSender(EncounterService.EncounterServiceClient encounters)
{
    private const int BatchSize = 250;
    private const int MaxUnanswered = 8;
    private const int MaxAttempts = 8;
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(15);

    /// <summary>Sends all of them.</summary>
    /// <param name="encounters">What to send; the ids are all different.</param>
    /// <param name="answered">Called with each answer, in whatever order they come.</param>
    /// <param name="cancellation">Ends the sending; what was answered until then stays so.</param>
    /// <exception cref="RpcException">The server could not be reached several times over, or ended the stream for good.</exception>
    public async Task SendAsync(
        IReadOnlyList<Encounter> encounters, Action<Encounter, EncounterResult> answered, CancellationToken cancellation)
    {
        var waiting = encounters.Chunk(BatchSize).Index().ToDictionary(b => (long)b.Index + 1, b => b.Item);
        var everAnswered = false;
        for (var tries = 1; waiting.Count > 0;)
        {
            var before = waiting.Count;
            try
            {
                await SendOnceAsync(waiting, answered, cancellation);
            }
            catch (RpcException failure) when (ServerConnection.IsTransient(failure) && (everAnswered || waiting.Count < before) && tries < MaxAttempts)
            {
                await Task.Delay(RetryDelay(tries), cancellation);
            }
            everAnswered |= waiting.Count < before;
            tries = waiting.Count < before ? 1 : tries + 1;
        }
    }

    // Half a second, and twice as long after each further try.
    private static TimeSpan RetryDelay(int tries) => TimeSpan.FromMilliseconds(Math.Min(250 << tries, MaxRetryDelay.TotalMilliseconds));

    private async Task SendOnceAsync(
        Dictionary<long, Encounter[]> waiting, Action<Encounter, EncounterResult> answered, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var stream = encounters.SyncEncounters(cancellationToken: ended.Token);
        using var places = new SemaphoreSlim(MaxUnanswered);
        var sending = WriteAsync(stream.RequestStream, [.. waiting], places, ended);
        try
        {
            while (waiting.Count > 0 && await stream.ResponseStream.MoveNext(ended.Token))
            {
                var response = stream.ResponseStream.Current;
                if (!waiting.Remove(response.BatchId, out var batch))
                    continue;
                foreach (var (encounter, answer) in batch.Zip(response.Results))
                    answered(encounter, answer);
                places.Release();
            }
        }
        catch (Exception failure) when (failure is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled }
            && !cancellation.IsCancellationRequested)
        {
            throw StreamBroken("the stream broke while records were being sent");
        }
        finally
        {
            // The reader knows why a stream broke; the writer only knows that it did.
            await ended.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (waiting.Count > 0)
            throw StreamBroken("the stream ended before every record was answered");
    }

    private static RpcException StreamBroken(string how) => new(new Status(StatusCode.Unavailable, how));

    private static async Task WriteAsync(
        IClientStreamWriter<SyncEncountersRequest> requests,
        KeyValuePair<long, Encounter[]>[] batches,
        SemaphoreSlim places,
        CancellationTokenSource ended)
    {
        try
        {
            foreach (var (id, encounters) in batches)
            {
                await places.WaitAsync(ended.Token);
                var request = new SyncEncountersRequest { BatchId = id };
                request.Encounters.Add(encounters);
                await requests.WriteAsync(request, ended.Token);
            }
            await requests.CompleteAsync();
        }
        catch
        {
            // Nobody would answer what was never sent: the reader must not wait for it.
            await ended.CancelAsync();
            throw;
        }
    }
}
