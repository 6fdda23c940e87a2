using System.Diagnostics;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>Sends LogEncounter calls, several at once on one connection.</summary>
internal sealed class UnaryLoad(Phone phone, LoadLimit limit, int concurrency) : IHttp2Load, ICountingLoad
{
    public const string Path = "/outreach.encounters.v1.EncounterService/LogEncounter";

    private readonly long[] _started = new long[concurrency];
    private readonly int[] _units = new int[concurrency];
    private readonly byte[] _message = new byte[Phone.MaxEncounterBytes + 16];
    private int _site;

    public long Encounters { get; private set; }

    public long Units { get; private set; }

    public Latencies Latencies { get; } = new();

    public void Start(Http2Connection connection)
    {
        for (var slot = 0; slot < concurrency; slot++)
            SendNext(connection, slot);
    }

    public void OnMessage(Http2Connection connection, Http2Stream stream, ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Field == LogEncounterResponse.ResultFieldNumber)
                ProtoReader.ReadRecordedVersion(reader.Bytes);
        }
    }

    public void OnEnded(Http2Connection connection, Http2Stream stream)
    {
        if (stream.Messages != 1)
            throw new LoadFailedException("A call ended with status OK but without an answer.");
        Encounters++;
        Units += _units[stream.Slot];
        Latencies.AddSince(_started[stream.Slot]);
        SendNext(connection, stream.Slot);
    }

    private void SendNext(Http2Connection connection, int slot)
    {
        if (limit.Reserve(1) == 0)
            return;
        var writer = new MessageWriter(_message);
        _units[slot] = writer.WriteEncounter(LogEncounterRequest.EncounterFieldNumber, phone, _site);
        _site = (_site + 1) % phone.Sites;
        _started[slot] = Stopwatch.GetTimestamp();
        var stream = connection.Open();
        stream.Slot = slot;
        connection.Send(stream, writer.Finish(), last: true);
    }
}
