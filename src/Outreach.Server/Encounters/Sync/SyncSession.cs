using System.Threading.Channels;
using Grpc.Core;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters.Sync;

/// <summary>One stream of batches that a device collected while it was offline.</summary>
/// <remarks>
/// Batches are recorded concurrently, at most <see cref="MaxPendingBatches"/> of them, or <see cref="MaxPendingBytes"/>. Beyond
/// that no more is read, so that a phone that sends without listening fills its own connection and not the server. Each record
/// is durable before it is answered. When a stream breaks, what was answered is recorded, and the rest may be or not: the retry
/// shows which.
/// </remarks>
internal sealed class SyncSession(
    SyncBatchRecorder recorder, SyncSender sender, IServerStreamWriter<Wire.SyncEncountersResponse> responses, TimeProvider time, CancellationToken cancel)
    : IDisposable
{
    /// <summary>How long a stream may send nothing; then it is ended, and the device opens another when it has something.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The most batches of a stream that are not answered.</summary>
    private const int MaxPendingBatches = 256;

    /// <summary>The most bytes of batches of a stream that are not answered; a larger batch goes alone.</summary>
    private const int MaxPendingBytes = 8 * 1024 * 1024;

    private readonly Backpressure backpressure = new(MaxPendingBatches, MaxPendingBytes);
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    private readonly Channel<Wire.SyncEncountersResponse> answered =
        Channel.CreateUnbounded<Wire.SyncEncountersResponse>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Answers the batches until the stream ends.</summary>
    /// <exception cref="InvalidRequestException">A batch has too many records, or its clock shows no time.</exception>
    /// <exception cref="RpcException">Nothing was sent for <see cref="IdleTimeout"/>.</exception>
    public async Task RunAsync(IAsyncStreamReader<Wire.SyncEncountersRequest> requests)
    {
        using var idle = new CancellationTokenSource(IdleTimeout, time);
        using var stopWhenIdle = idle.Token.Register(stop.Cancel);
        var writing = WriteResponsesAsync();
        try
        {
            while (await requests.MoveNext(stop.Token))
            {
                idle.CancelAfter(IdleTimeout);
                var bytes = requests.Current.CalculateSize();
                await backpressure.AcquireAsync(bytes, stop.Token);
                _ = RecordAsync(requests.Current, bytes);
            }

            await backpressure.DrainAsync(stop.Token);
            answered.Writer.TryComplete();
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested)
        {
            answered.Writer.TryComplete(RefusalStatus.DeadlineExceeded($"Nothing was sent for {IdleTimeout.TotalMinutes} minutes. Open another stream to send more."));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // A batch or a response failed: the writing throws the reason.
        }
        catch (Exception failure)
        {
            answered.Writer.TryComplete(failure);
        }

        await writing;
    }

    public void Dispose() => stop.Dispose();

    private async Task RecordAsync(Wire.SyncEncountersRequest request, int bytes)
    {
        try
        {
            answered.Writer.TryWrite(await recorder.RecordAsync(request, bytes, sender, stop.Token));
        }
        catch (Exception failure)
        {
            answered.Writer.TryComplete(failure);
            await stop.CancelAsync();
        }
        finally
        {
            backpressure.Release(bytes);
        }
    }

    private async Task WriteResponsesAsync()
    {
        try
        {
            await foreach (var response in answered.Reader.ReadAllAsync(cancel))
                await responses.WriteAsync(response, cancel);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }
}
