namespace Outreach.Tool.Bench.Load;

/// <summary>One call on an <see cref="Http2Connection"/>.</summary>
internal sealed class Http2Stream(int id, int window)
{
    private byte[] _partial = [];
    private int _partialLength;

    public int Id { get; } = id;

    /// <summary>The bytes that flow control still allows to send.</summary>
    public long Window { get; set; } = window;

    /// <summary>The bytes received since the last window update.</summary>
    public int Received { get; set; }

    /// <summary>The number of messages received.</summary>
    public int Messages { get; set; }

    /// <summary>A number that the load assigns to the call.</summary>
    public int Slot { get; set; }

    /// <summary>The messages that wait for the flow-control window, in order.</summary>
    public Queue<(ReadOnlyMemory<byte> Bytes, bool Last)> Unsent { get; } = [];

    /// <summary>Replaces the first message, which was partly sent, with its remainder.</summary>
    public void ReplaceFirst((ReadOnlyMemory<byte> Bytes, bool Last) first)
    {
        Unsent.Dequeue();
        var others = Unsent.ToArray();
        Unsent.Clear();
        Unsent.Enqueue(first);
        foreach (var other in others)
            Unsent.Enqueue(other);
    }

    /// <summary>Returns the stored start of an incomplete message, followed by <paramref name="payload"/>.</summary>
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

    /// <summary>Stores the start of an incomplete message. <paramref name="rest"/> may be part of the result of <see cref="JoinPartial"/>.</summary>
    public void StorePartial(ReadOnlySpan<byte> rest)
    {
        if (rest.Length > _partial.Length)
            Array.Resize(ref _partial, Math.Max(rest.Length, 32 * 1024));
        rest.CopyTo(_partial);
        _partialLength = rest.Length;
    }
}
