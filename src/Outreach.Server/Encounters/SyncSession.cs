using System.Threading.Channels;
using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters;

/// <summary>Who sends a stream of batches.</summary>
/// <param name="By">Who.</param>
/// <param name="Organization">For whom.</param>
/// <param name="CanSeeAsync">Whether there is a site for them; a record for another stays with them.</param>
internal sealed record SyncSender(Submitter By, OrganizationId Organization, Func<string, ValueTask<bool>> CanSeeAsync);

/// <summary>Records what devices gathered while they were offline.</summary>
/// <remarks>
/// Batches of one stream are recorded side by side, at most <see cref="MaxPendingBatches"/> of them, or
/// <see cref="MaxPendingBytes"/>; beyond that no more is read, so that a phone that sends without listening fills its own
/// connection and not the server. Each record is durable before it is answered; a stream that breaks leaves what was
/// answered recorded and the rest recorded or not, which the retry tells.
/// </remarks>
internal sealed class SyncSession(StockGrains keepers, StockWire wires, DeviceArrivals arrivals, IClock clock, TimeProvider time)
{
    /// <summary>How long a stream may send nothing; then it is ended, and the device opens another when it has something.</summary>
    public static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(10);

    /// <summary>The most records in a batch.</summary>
    public const int MaxRecordsPerBatch = 1_000;

    /// <summary>The most batches of a stream that are unanswered.</summary>
    private const int MaxPendingBatches = 256;

    /// <summary>The most bytes of batches of a stream that are unanswered; a larger batch goes alone.</summary>
    private const int MaxPendingBytes = 8 * 1024 * 1024;

    /// <summary>Answers a stream of batches until it ends.</summary>
    /// <param name="requests">The batches.</param>
    /// <param name="responses">Where the answers go.</param>
    /// <param name="sender">Who sends.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="InvalidRequestException">A batch has too many records, or its clock is none.</exception>
    /// <exception cref="RpcException">Nothing was sent for too long.</exception>
    public async Task RunAsync(
        IAsyncStreamReader<Wire.SyncEncountersRequest> requests,
        IServerStreamWriter<Wire.SyncEncountersResponse> responses,
        SyncSender sender,
        CancellationToken cancel)
    {
        using var silence = new CancellationTokenSource(IdleTimeout, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, silence.Token);
        var room = new Backpressure(MaxPendingBatches, MaxPendingBytes);
        var answered = Channel.CreateUnbounded<Wire.SyncEncountersResponse>(new UnboundedChannelOptions { SingleReader = true });
        var writing = WriteResponsesAsync(answered.Reader, responses, end, cancel);
        try
        {
            while (await requests.MoveNext(end.Token))
            {
                silence.CancelAfter(IdleTimeout);
                var request = requests.Current;
                var bytes = request.CalculateSize();
                await room.AcquireAsync(bytes, end.Token);
                _ = ProcessBatchAsync(request, bytes, sender, room, answered.Writer, end);
            }

            await room.DrainAsync(end.Token);
            answered.Writer.TryComplete();
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested)
        {
            answered.Writer.TryComplete(RefusalStatus.DeadlineExceeded($"Nothing was sent for {IdleTimeout.TotalMinutes} minutes. Open another stream to send more."));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // A batch or the writing failed: what it was comes from the writer.
        }
        catch (Exception failed)
        {
            answered.Writer.TryComplete(failed);
        }

        await writing;
    }

    /// <summary>Records one batch.</summary>
    private async Task<Wire.SyncEncountersResponse> ProcessBatchAsync(
        Wire.SyncEncountersRequest request, int bytes, SyncSender sender, CancellationToken cancel)
    {
        var wrong = new Violations();
        if (request.Encounters.Count > MaxRecordsPerBatch)
            wrong.Add("encounters", $"are at most {MaxRecordsPerBatch} in a batch; these are {request.Encounters.Count}.");
        var shift = StockWire.ParseClockCorrection(request.DeviceClock, clock.GetCurrentInstant(), wrong);
        wrong.ThrowIfAny();
        var answers = new Wire.EncounterResult[request.Encounters.Count];
        var groups = GroupBySite(request, bytes <= StockWire.MaxEncounterBytes, answers);
        var waiting = new List<Task>(groups.Count);
        var recorded = new List<SiteGroup>(groups.Count);
        foreach (var (site, group) in groups)
        {
            if (await sender.CanSeeAsync(site))
            {
                recorded.Add(group);
                waiting.Add(LogAsync(site, group, shift, sender.By, answers));
            }
            else
            {
                group.AnswerNotFound(answers);
            }
        }

        await Task.WhenAll(waiting);

        var response = new Wire.SyncEncountersResponse { BatchId = request.BatchId };
        response.Answers.Add(answers);
        if (FindDevices(recorded) is { Count: > 0 } devices)
            response.Devices.Add(await arrivals.ReadAsync(sender.Organization, devices, cancel));
        return response;
    }

    private async Task ProcessBatchAsync(
        Wire.SyncEncountersRequest request,
        int bytes,
        SyncSender sender,
        Backpressure room,
        ChannelWriter<Wire.SyncEncountersResponse> answered,
        CancellationTokenSource end)
    {
        try
        {
            answered.TryWrite(await ProcessBatchAsync(request, bytes, sender, end.Token));
        }
        catch (Exception failed)
        {
            answered.TryComplete(failed);
            await end.CancelAsync();
        }
        finally
        {
            room.Release(bytes);
        }
    }

    private static async Task WriteResponsesAsync(
        ChannelReader<Wire.SyncEncountersResponse> answered, IServerStreamWriter<Wire.SyncEncountersResponse> responses, CancellationTokenSource end, CancellationToken cancel)
    {
        try
        {
            await foreach (var response in answered.ReadAllAsync(cancel))
                await responses.WriteAsync(response, cancel);
        }
        catch
        {
            await end.CancelAsync();
            throw;
        }
    }

    /// <summary>Reads the records and groups them by site; what cannot be kept is answered at once.</summary>
    private Dictionary<string, SiteGroup> GroupBySite(Wire.SyncEncountersRequest request, bool small, Wire.EncounterResult[] answers)
    {
        var groups = new Dictionary<string, SiteGroup>(StringComparer.Ordinal);
        for (var i = 0; i < answers.Length; i++)
        {
            var wire = request.Encounters[i];
            if (wires.Parse(wire, small, out var malformed) is { } sent)
            {
                var site = StockStreamDefinition.StreamIdFor(sent.Encounter.Site);
                if (!groups.TryGetValue(site, out var group))
                    groups.Add(site, group = new SiteGroup());
                group.Add(sent, wire.EncounterId, i);
            }
            else
            {
                answers[i] = StockWireWriter.ToWire(Excerpt.From(wire.EncounterId), new RecordResult(RecordOutcome.Malformed, Reasons: malformed));
            }
        }

        return groups;
    }

    private async Task LogAsync(string site, SiteGroup group, Duration shift, Submitter by, Wire.EncounterResult[] answers)
    {
        var replies = await LogAsync(site, new EncounterBatch([.. group.Records], shift, by));
        for (var i = 0; i < replies.Count; i++)
            answers[group.Indexes[i]] = StockWireWriter.ToWire(group.Ids[i], replies[i]);
    }

    /// <summary>Records at a site.</summary>
    public Task<EquatableList<RecordResult>> LogAsync(string site, EncounterBatch batch) =>
        GrainCalls.CallWithRetryAsync((Keeper: keepers.Get(site), Batch: batch), static asked => asked.Keeper.LogAsync(asked.Batch));

    private static List<string> FindDevices(List<SiteGroup> groups)
    {
        var devices = new List<string>();
        foreach (var group in groups)
        {
            foreach (var sent in group.Records)
            {
                var device = sent.Encounter.Device.Value;
                if (device.Length > 0 && sent.Encounter.Sequence > 0 && !devices.Contains(device))
                    devices.Add(device);
            }
        }

        return devices;
    }

    /// <summary>Records of one site and their places in the batch.</summary>
    private sealed class SiteGroup
    {
        public List<IncomingEncounter> Records { get; } = [];

        /// <summary>Their ids as texts.</summary>
        public List<string> Ids { get; } = [];

        public List<int> Indexes { get; } = [];

        public void Add(IncomingEncounter sent, string id, int place)
        {
            Records.Add(sent);
            Ids.Add(id);
            Indexes.Add(place);
        }

        /// <summary>Answers that there is no such site for the sender.</summary>
        public void AnswerNotFound(Wire.EncounterResult[] answers)
        {
            for (var i = 0; i < Indexes.Count; i++)
                answers[Indexes[i]] = StockWireWriter.ToWire(Ids[i], RecordResult.NotFound);
        }
    }

    /// <summary>Room for so many batches and bytes; one that is larger than all the room goes alone.</summary>
    private sealed class Backpressure(int batches, long bytes)
    {
        private readonly Lock gate = new();
        private int pending;
        private long pendingBytes;
        private TaskCompletionSource? released;

        public async Task AcquireAsync(long size, CancellationToken cancel)
        {
            while (true)
            {
                Task wait;
                lock (gate)
                {
                    if (pending == 0 || (pending < batches && pendingBytes + size <= bytes))
                    {
                        pending++;
                        pendingBytes += size;
                        return;
                    }

                    wait = WaitForRelease();
                }

                await wait.WaitAsync(cancel);
            }
        }

        public void Release(long size)
        {
            TaskCompletionSource? waiting;
            lock (gate)
            {
                pending--;
                pendingBytes -= size;
                (waiting, released) = (released, null);
            }

            waiting?.TrySetResult();
        }

        public async Task DrainAsync(CancellationToken cancel)
        {
            while (true)
            {
                Task wait;
                lock (gate)
                {
                    if (pending == 0)
                        return;
                    wait = WaitForRelease();
                }

                await wait.WaitAsync(cancel);
            }
        }

        private Task WaitForRelease() => (released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }
}
