using System.Threading.Channels;
using Grpc.Core;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Stock;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Stock;

/// <summary>Who sends a stream of batches.</summary>
/// <param name="By">Who.</param>
/// <param name="Organization">For whom.</param>
/// <param name="Sees">Whether there is a site for them; a record for another stays with them.</param>
internal sealed record Sender(Signature By, OrganizationId Organization, Func<string, ValueTask<bool>> Sees);

/// <summary>Records what devices gathered while they were offline.</summary>
/// <remarks>
/// Batches of one stream are recorded side by side, at most <see cref="MostBatches"/> of them, or
/// <see cref="MostBytes"/>; beyond that no more is read, so that a phone that sends without listening fills its own
/// connection and not the server. Each record is durable before it is answered; a stream that breaks leaves what was
/// answered recorded and the rest recorded or not, which the retry tells.
/// </remarks>
internal sealed class Syncing(StockKeepers keepers, StockWire wires, DeviceArrivals arrivals, IClock clock, TimeProvider time)
{
    /// <summary>How long a stream may send nothing; then it is ended, and the device opens another when it has something.</summary>
    public static readonly TimeSpan MostSilence = TimeSpan.FromMinutes(10);

    /// <summary>The most records in a batch.</summary>
    public const int MostRecords = 1_000;

    /// <summary>The most batches of a stream that are unanswered.</summary>
    private const int MostBatches = 256;

    /// <summary>The most bytes of batches of a stream that are unanswered; a larger batch goes alone.</summary>
    private const int MostBytes = 8 * 1024 * 1024;

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
        Sender sender,
        CancellationToken cancel)
    {
        using var silence = new CancellationTokenSource(MostSilence, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, silence.Token);
        var room = new Room(MostBatches, MostBytes);
        var answered = Channel.CreateUnbounded<Wire.SyncEncountersResponse>(new UnboundedChannelOptions { SingleReader = true });
        var writing = WriteAsync(answered.Reader, responses, end, cancel);
        try
        {
            while (await requests.MoveNext(end.Token))
            {
                silence.CancelAfter(MostSilence);
                var request = requests.Current;
                var bytes = request.CalculateSize();
                await room.EnterAsync(bytes, end.Token);
                _ = AnswerAsync(request, bytes, sender, room, answered.Writer, end);
            }

            await room.EmptyAsync(end.Token);
            answered.Writer.TryComplete();
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested)
        {
            answered.Writer.TryComplete(RefusalStatus.Late($"Nothing was sent for {MostSilence.TotalMinutes} minutes. Open another stream to send more."));
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
    private async Task<Wire.SyncEncountersResponse> AnswerAsync(
        Wire.SyncEncountersRequest request, int bytes, Sender sender, CancellationToken cancel)
    {
        var wrong = new Violations();
        if (request.Encounters.Count > MostRecords)
            wrong.Add("encounters", $"are at most {MostRecords} in a batch; these are {request.Encounters.Count}.");
        var shift = StockWire.ReadShift(request.DeviceClock, clock.GetCurrentInstant(), wrong);
        wrong.ThrowIfAny();
        var answers = new Wire.EncounterResult[request.Encounters.Count];
        var groups = Group(request, bytes <= StockWire.MostEncounterBytes, answers);
        var waiting = new List<Task>(groups.Count);
        var recorded = new List<Grouped>(groups.Count);
        foreach (var (site, group) in groups)
        {
            if (await sender.Sees(site))
            {
                recorded.Add(group);
                waiting.Add(LogAsync(site, group, shift, sender.By, answers));
            }
            else
            {
                group.Refuse(answers);
            }
        }

        await Task.WhenAll(waiting);

        var response = new Wire.SyncEncountersResponse { BatchId = request.BatchId };
        response.Answers.Add(answers);
        if (Devices(recorded) is { Count: > 0 } devices)
            response.Devices.Add(await arrivals.ReadAsync(sender.Organization, devices, cancel));
        return response;
    }

    private async Task AnswerAsync(
        Wire.SyncEncountersRequest request,
        int bytes,
        Sender sender,
        Room room,
        ChannelWriter<Wire.SyncEncountersResponse> answered,
        CancellationTokenSource end)
    {
        try
        {
            answered.TryWrite(await AnswerAsync(request, bytes, sender, end.Token));
        }
        catch (Exception failed)
        {
            answered.TryComplete(failed);
            await end.CancelAsync();
        }
        finally
        {
            room.Leave(bytes);
        }
    }

    private static async Task WriteAsync(
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
    private Dictionary<string, Grouped> Group(Wire.SyncEncountersRequest request, bool small, Wire.EncounterResult[] answers)
    {
        var groups = new Dictionary<string, Grouped>(StringComparer.Ordinal);
        for (var i = 0; i < answers.Length; i++)
        {
            var wire = request.Encounters[i];
            if (wires.Read(wire, small, out var malformed) is { } sent)
            {
                var site = StockFamily.KeptAt(sent.Encounter.Site);
                if (!groups.TryGetValue(site, out var group))
                    groups.Add(site, group = new Grouped());
                group.Add(sent, wire.EncounterId, i);
            }
            else
            {
                answers[i] = StockWriter.Answer(Shown.Short(wire.EncounterId), new Reply(Became.Malformed, Reasons: malformed));
            }
        }

        return groups;
    }

    private async Task LogAsync(string site, Grouped group, Duration shift, Signature by, Wire.EncounterResult[] answers)
    {
        var replies = await LogAsync(site, new Batch([.. group.Records], shift, by));
        for (var i = 0; i < replies.Count; i++)
            answers[group.Places[i]] = StockWriter.Answer(group.Ids[i], replies[i]);
    }

    /// <summary>Records at a site.</summary>
    public Task<Few<Reply>> LogAsync(string site, Batch batch) =>
        Answers.AskTwiceAsync((Keeper: keepers.Of(site), Batch: batch), static asked => asked.Keeper.LogAsync(asked.Batch));

    private static List<string> Devices(List<Grouped> groups)
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
    private sealed class Grouped
    {
        public List<Sent> Records { get; } = [];

        /// <summary>Their ids as texts.</summary>
        public List<string> Ids { get; } = [];

        public List<int> Places { get; } = [];

        public void Add(Sent sent, string id, int place)
        {
            Records.Add(sent);
            Ids.Add(id);
            Places.Add(place);
        }

        /// <summary>Answers that there is no such site for the sender.</summary>
        public void Refuse(Wire.EncounterResult[] answers)
        {
            for (var i = 0; i < Places.Count; i++)
                answers[Places[i]] = StockWriter.Answer(Ids[i], Reply.NotFound);
        }
    }

    /// <summary>Room for so many batches and bytes; one that is larger than all the room goes alone.</summary>
    private sealed class Room(int batches, long bytes)
    {
        private readonly Lock gate = new();
        private int inside;
        private long used;
        private TaskCompletionSource? left;

        public async Task EnterAsync(long size, CancellationToken cancel)
        {
            while (true)
            {
                Task wait;
                lock (gate)
                {
                    if (inside == 0 || (inside < batches && used + size <= bytes))
                    {
                        inside++;
                        used += size;
                        return;
                    }

                    wait = Left();
                }

                await wait.WaitAsync(cancel);
            }
        }

        public void Leave(long size)
        {
            TaskCompletionSource? waiting;
            lock (gate)
            {
                inside--;
                used -= size;
                (waiting, left) = (left, null);
            }

            waiting?.TrySetResult();
        }

        public async Task EmptyAsync(CancellationToken cancel)
        {
            while (true)
            {
                Task wait;
                lock (gate)
                {
                    if (inside == 0)
                        return;
                    wait = Left();
                }

                await wait.WaitAsync(cancel);
            }
        }

        private Task Left() => (left ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }
}
