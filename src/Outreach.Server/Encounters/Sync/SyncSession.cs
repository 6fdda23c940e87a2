using System.Threading.Channels;
using Grpc.Core;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters.Sync;

/// <summary>One stream of batches that a device collected while it was offline.</summary>
/// <remarks>
/// Batches are recorded concurrently, at most <see cref="MaxPendingBatches"/> or <see cref="MaxPendingBytes"/> at a time. Beyond
/// that the server stops reading, so that a phone that sends without reading responses fills its own connection and not the
/// server's memory. Each record is durable before its response is sent. When a stream breaks, records with a response are
/// recorded, and others may or may not be: the device sends them again and gets their results.
/// </remarks>
internal sealed class SyncSession(
    SyncBatchRecorder recorder, SyncSender sender, IServerStreamWriter<Wire.SyncEncountersResponse> responses, TimeProvider time, CancellationToken cancel)
    : IDisposable
{
    /// <summary>The longest time without a batch. Then the stream is closed, and the device opens another when it has records.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The maximum number of batches of a stream without a response.</summary>
    private const int MaxPendingBatches = 256;

    /// <summary>The maximum number of bytes of batches without a response; a larger batch is processed alone.</summary>
    private const int MaxPendingBytes = 8 * 1024 * 1024;

    private readonly PendingBatchLimiter backpressure = new(MaxPendingBatches, MaxPendingBytes);
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
    private readonly Channel<Wire.SyncEncountersResponse> answered =
        Channel.CreateUnbounded<Wire.SyncEncountersResponse>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>Records and answers batches until the stream ends.</summary>
    /// <exception cref="InvalidRequestException">A batch has too many records, or its clock is not a valid time.</exception>
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
            // A batch or a response failed; the writing task throws the reason.
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
