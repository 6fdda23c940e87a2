namespace Outreach.Tool.Bench.Load;

/// <summary>One call on an <see cref="Http2Connection"/>.</summary>
internal sealed class Http2Stream(int id, int window)
{
    private byte[] _partial = [];
    private int _partialLength;

    public int Id { get; } = id;

    /// <summary>Bytes that the server still takes.</summary>
    public long Window { get; set; } = window;

    /// <summary>Bytes that came since the server was last given more room.</summary>
    public int Received { get; set; }

    /// <summary>How many messages have come back.</summary>
    public int Messages { get; set; }

    /// <summary>The load's own number for what is in flight here.</summary>
    public int Slot { get; set; }

    /// <summary>What waits for the server's window, in order.</summary>
    public Queue<(ReadOnlyMemory<byte> Bytes, bool Last)> Unsent { get; } = [];

    /// <summary>Puts another first message in the place of the one that was sent in part.</summary>
    public void ReplaceFirst((ReadOnlyMemory<byte> Bytes, bool Last) first)
    {
        Unsent.Dequeue();
        var others = Unsent.ToArray();
        Unsent.Clear();
        Unsent.Enqueue(first);
        foreach (var other in others)
            Unsent.Enqueue(other);
    }

    /// <summary>Gives what was kept of a message that is not complete, followed by what has come now.</summary>
    public ReadOnlySpan<byte> JoinPartial(ReadOnlySpan<byte> payload)
    {
        if (_partialLength == 0)
            return payload;
        if (_partialLength + payload.Length > _partial.Length)
            Array.Resize(ref _partial, Math.Max(_partial.Length * 2, _partialLength + payload.Length));
        payload.CopyTo(_partial.AsSpan(_partialLength));
        _partialLength += payload.Length;
        return _partial.AsSpan(0, _partialLength);
    }

    /// <summary>Keeps the part of a message that is not complete; <paramref name="rest"/> may be a piece of what Join gave.</summary>
    public void KeepPartial(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > _partial.Length)
            Array.Resize(ref _partial, Math.Max(rest.Length, 32 * 1024));
        rest.CopyTo(_partial);
        _partialLength = rest.Length;
    }
}
