using System.Buffers.Binary;
using System.Diagnostics;
using Google.Protobuf;

namespace Outreach.Tool.Bench.Load;

/// <summary>Watchers on one connection that all ask the same. Each leaves when it has been told of everything that it waits for.</summary>
/// <param name="request">What they ask.</param>
/// <param name="watchers">How many they are; a connection takes a hundred.</param>
/// <param name="topic">What is sent while they watch.</param>
internal sealed class WatchLoad(IMessage request, int watchers, WatchTopic topic) : IHttp2Load
{
    private readonly byte[] _request = Framed(request.ToByteArray());
    private readonly long[] _reached = new long[watchers];
    private readonly long[] _units = new long[watchers];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting = watchers;

    /// <summary>Done when every watcher has its first state.</summary>
    public Task Ready => _ready.Task;

    /// <summary>From sending an encounter's call until a watcher was told: longer than from its commit.</summary>
    public Latencies SinceCall { get; } = new();

    /// <summary>From the call's answer until a watcher was told, zero where it was told before: shorter than from its commit.</summary>
    public Latencies SinceAnswer { get; } = new();

    /// <summary>Messages that came.</summary>
    public long Messages { get; private set; }

    public void Start(Http2Connection connection)
    {
        for (var slot = 0; slot < _reached.Length; slot++)
        {
            var stream = connection.Open();
            stream.Slot = slot;
            connection.Send(stream, _request, last: true);
        }
    }

    public void OnMessage(Http2Connection connection, Http2Stream stream, ReadOnlySpan<byte> message)
    {
        Messages++;
        var (reached, units) = topic.Read(message);
        if (stream.Messages == 1)
        {
            _reached[stream.Slot] = reached;
            if (--_waiting == 0)
                _ready.SetResult();
        }
        else
        {
            _units[stream.Slot] += units;
            Advance(stream.Slot, reached);
        }

        if (_reached[stream.Slot] < topic.Last)
            return;
        topic.CheckUnits(_units[stream.Slot]);
        connection.Cancel(stream);
    }

    public void OnEnded(Http2Connection connection, Http2Stream stream) =>
        throw new LoadFailedException("The server ended a watch by itself.");

    private void Advance(int slot, long reached)
    {
        if (reached < _reached[slot])
            throw new LoadFailedException($"A watcher was brought back from {_reached[slot]} to {reached}.");
        var now = Stopwatch.GetTimestamp();
        for (var ordinal = _reached[slot] + 1; ordinal <= reached; ordinal++)
        {
            var (sent, answered) = topic.TimesOf(ordinal);
            SinceCall.Add(Stopwatch.GetElapsedTime(sent, now));
            SinceAnswer.Add(answered == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(answered, now));
        }

        _reached[slot] = reached;
    }

    private static byte[] Framed(byte[] message)
    {
        byte[] framed = [0, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        return framed;
    }
}
