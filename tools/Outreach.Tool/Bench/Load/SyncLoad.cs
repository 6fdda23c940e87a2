using System.Diagnostics;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>Sends batches on one SyncEncounters stream, several unanswered at a time. Each batch is for one site.</summary>
internal sealed class SyncLoad(Phone phone, LoadLimit limit, int batchSize, int maxUnanswered) : IHttp2Load, ICountingLoad
{
    public const string Path = "/outreach.encounters.v1.EncounterService/SyncEncounters";

    private readonly long[] _started = new long[maxUnanswered];
    private readonly (int Encounters, int Units)[] _sent = new (int, int)[maxUnanswered];
    private readonly byte[] _message = new byte[((Phone.MaxEncounterBytes + 3) * batchSize) + 64];
    private int _open;
    private int _site;
    private bool _completed;

    public long Encounters { get; private set; }

    public long Units { get; private set; }

    public Latencies Latencies { get; } = new();

    public void Start(Http2Connection connection)
    {
        var stream = connection.Open();
        for (var slot = 0; slot < maxUnanswered; slot++)
            SendNext(connection, stream, slot);
        CompleteWhenDone(connection, stream);
    }

    public void OnMessage(Http2Connection connection, Http2Stream stream, ReadOnlySpan<byte> message)
    {
        var slot = CheckAnswer(message);
        Encounters += _sent[slot].Encounters;
        Units += _sent[slot].Units;
        _sent[slot] = default;
        Latencies.AddSince(_started[slot]);
        _open--;
        SendNext(connection, stream, slot);
        CompleteWhenDone(connection, stream);
    }

    public void OnEnded(Http2Connection connection, Http2Stream stream)
    {
        if (_open > 0)
            throw new LoadFailedException($"A stream ended while {_open} batches were unanswered.");
    }

    private int CheckAnswer(ReadOnlySpan<byte> response)
    {
        var reader = new ProtoReader(response);
        var slot = -1;
        var answers = 0;
        while (reader.Read())
        {
            if (reader.Field == SyncEncountersResponse.BatchIdFieldNumber)
                slot = (int)reader.Number - 1;
            if (reader.Field != SyncEncountersResponse.ResultsFieldNumber)
                continue;
            ProtoReader.ReadRecordedVersion(reader.Bytes);
            answers++;
        }

        if (slot < 0 || slot >= maxUnanswered || answers == 0 || answers != _sent[slot].Encounters)
            throw new LoadFailedException($"The answer to batch {slot + 1} has {answers} results, which does not match what was sent.");
        return slot;
    }

    private void SendNext(Http2Connection connection, Http2Stream stream, int slot)
    {
        var size = limit.Reserve(batchSize);
        if (size == 0)
            return;
        var writer = new MessageWriter(_message);
        writer.WriteNumber(SyncEncountersRequest.BatchIdFieldNumber, slot + 1);
        var units = 0;
        for (var i = 0; i < size; i++)
            units += writer.WriteEncounter(SyncEncountersRequest.EncountersFieldNumber, phone, _site);
        _site = (_site + 1) % phone.Sites;
        _sent[slot] = (size, units);
        _started[slot] = Stopwatch.GetTimestamp();
        _open++;
        connection.Send(stream, writer.Finish(), last: false);
    }

    private void CompleteWhenDone(Http2Connection connection, Http2Stream stream)
    {
        if (_open > 0 || _completed)
            return;
        _completed = true;
        connection.Complete(stream);
    }
}
