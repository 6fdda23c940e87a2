using System.Buffers.Binary;
using System.Diagnostics;
using Google.Protobuf;

namespace Outreach.Tool.Bench.Load;

/// <summary>Watchers on one connection with the same request. Each leaves when it has received every expected change.</summary>
/// <param name="request">The request of each watcher.</param>
/// <param name="watchers">The number of watchers, at most 100 per connection.</param>
/// <param name="topic">The changes that the watchers expect.</param>
internal sealed class WatchLoad(IMessage request, int watchers, WatchTopic topic) : IHttp2Load
{
    private readonly byte[] _request = Frame(request.ToByteArray());
    private readonly long[] _reached = new long[watchers];
    private readonly long[] _units = new long[watchers];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _watchersWithoutState = watchers;

    /// <summary>Completes when every watcher has received its initial state.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The times from sending a call until a watcher received the change. The time since the commit is shorter.</summary>
    public Latencies SinceCall { get; } = new();

    /// <summary>The times from the answer to a call until a watcher received the change, or zero if the watcher was first. The time since the commit is longer.</summary>
    public Latencies SinceAnswer { get; } = new();

    /// <summary>The number of messages received.</summary>
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
            if (--_watchersWithoutState == 0)
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
        throw new LoadFailedException("The server ended a watch.");

    private void Advance(int slot, long reached)
    {
        if (reached < _reached[slot])
            throw new LoadFailedException($"A watcher went back from {_reached[slot]} to {reached}.");
        var now = Stopwatch.GetTimestamp();
        for (var ordinal = _reached[slot] + 1; ordinal <= reached; ordinal++)
        {
            var (sent, answered) = topic.GetTimes(ordinal);
            SinceCall.Add(Stopwatch.GetElapsedTime(sent, now));
            SinceAnswer.Add(answered == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(answered, now));
        }

        _reached[slot] = reached;
    }

    private static byte[] Frame(byte[] message)
    {
        byte[] framed = [0, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        return framed;
    }
}
