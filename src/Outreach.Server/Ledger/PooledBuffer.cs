using System.Buffers;

namespace Outreach.Server.Ledger;

/// <summary>A growing byte buffer that rents its array from the shared pool. Dispose it exactly once.</summary>
internal sealed class PooledBuffer(int capacity) : IBufferWriter<byte>, IDisposable
{
    private byte[] array = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The number of bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes written so far, valid until the next write or <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Memory => array.AsMemory(0, Length);

    /// <inheritdoc cref="Memory"/>
    public ReadOnlySpan<byte> Span => array.AsSpan(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return array.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return array.AsSpan(Length);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Removes what was written and keeps the array.</summary>
    public void Clear() => Length = 0;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(array);
        array = [];
        Length = 0;
    }

    private void Reserve(int additional)
    {
        if (array.Length - Length >= Math.Max(additional, 256))
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(array.Length * 2, Length + Math.Max(additional, 256)));
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(array);
        array = larger;
    }
}
