using System.Diagnostics;

namespace Outreach.Tool.Bench.Load;

/// <summary>Sends empty unary calls, to measure the highest rate that a unary call can reach.</summary>
internal sealed class EmptyCallLoad(LoadLimit limit, int concurrency) : IHttp2Load, ICountingLoad
{
    public const string Path = "/outreach.encounters.v1.EncounterService/GetDeviceProgress";

    private readonly long[] _started = new long[concurrency];

    public long Encounters { get; private set; }

    public long Units => 0;

    public Latencies Latencies { get; } = new();

    public void Start(Http2Connection connection)
    {
        for (var slot = 0; slot < concurrency; slot++)
            SendNext(connection, slot);
    }

    public void OnMessage(Http2Connection connection, Http2Stream stream, ReadOnlySpan<byte> message)
    {
    }

    public void OnEnded(Http2Connection connection, Http2Stream stream)
    {
        Encounters++;
        Latencies.AddSince(_started[stream.Slot]);
        SendNext(connection, stream.Slot);
    }

    private void SendNext(Http2Connection connection, int slot)
    {
        if (limit.Reserve(1) == 0)
            return;
        _started[slot] = Stopwatch.GetTimestamp();
        var stream = connection.Open();
        stream.Slot = slot;
        connection.Send(stream, [0, 0, 0, 0, 0], last: true);
    }
}
