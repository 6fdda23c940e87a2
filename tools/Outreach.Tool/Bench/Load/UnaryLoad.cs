using System.Diagnostics;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>LogEncounter, one call an encounter, so many at once on a connection.</summary>
internal sealed class UnaryLoad(Phone phone, LoadLimit limit, int atOnce) : IHttp2Load, ICountingLoad
{
    public const string Path = "/outreach.encounters.v1.EncounterService/LogEncounter";

    private readonly long[] _started = new long[atOnce];
    private readonly int[] _units = new int[atOnce];
    private readonly byte[] _message = new byte[Phone.MaxEncounterBytes + 16];
    private int _site;

    public long Encounters { get; private set; }

    public long Units { get; private set; }

    public Latencies Latencies { get; } = new();

    public void Start(Http2Connection connection)
    {
        for (var slot = 0; slot < atOnce; slot++)
            SendNext(connection, slot);
    }

    public void OnMessage(Http2Connection connection, Http2Stream stream, ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Field == LogEncounterResponse.AnswerFieldNumber)
                ProtoReader.ReadRecordedVersion(reader.Bytes);
        }
    }

    public void OnEnded(Http2Connection connection, Http2Stream stream)
    {
        if (stream.Messages != 1)
            throw new LoadFailedException("A call ended well without an answer.");
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
