using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Outreach.Tool.Bench.Load;

/// <summary>
/// A minimal HTTP/2 connection without TLS for load tests of a gRPC server on this machine. It sends and receives messages as bytes.
/// The .NET gRPC client uses more processor time for a call than the server does, and both share the machine.
/// </summary>
/// <remarks>
/// All work runs on the thread that calls <see cref="Run"/>: it handles what was received, collects the resulting frames and sends
/// them together. It blocks instead of using the thread pool, whose workers spin while they wait and so take processor time from the
/// server. Other threads must not use the connection while it runs. Every error of the connection or of a call is thrown as
/// <see cref="LoadFailedException"/>. The bench does not retry.
/// </remarks>
internal sealed class Http2Connection : IDisposable
{
    private const int FrameHeader = 9;
    private const int MaxFrame = 16_384;
    private const int ReceiveWindow = 1 << 30;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly string _authority;
    private readonly string _path;
    private readonly string? _token;
    private readonly IHttp2Load _load;
    private readonly Dictionary<int, Http2Stream> _streams = [];
    private readonly Queue<Http2Stream> _blocked = [];
    private byte[] _receiveBuffer = new byte[256 * 1024];
    private byte[] _sendBuffer = new byte[256 * 1024];
    private int _sendLength;
    private int _nextStreamId = 1;
    private long _connectionWindow = 65_535;
    private int _initialStreamWindow = 65_535;
    private int _consumed;

    /// <summary>Creates a connection for calls of one method. <see cref="Run"/> opens it.</summary>
    /// <param name="target">The port on 127.0.0.1 and the access token.</param>
    /// <param name="path">The gRPC method, for example "/outreach.encounters.v1.EncounterService/LogEncounter".</param>
    /// <param name="load">Creates the calls and handles the answers.</param>
    public Http2Connection(LoadTarget target, string path, IHttp2Load load)
    {
        Port = target.Port;
        _token = target.Token;
        _path = path;
        _authority = $"127.0.0.1:{target.Port}";
        _load = load;
    }

    private int Port { get; }

    /// <summary>Connects and runs until the load has no open calls.</summary>
    /// <param name="cancellation">Closes the connection.</param>
    public void Run(CancellationToken cancellation)
    {
        using var closing = cancellation.Register(_socket.Dispose);
        _socket.Connect(IPAddress.Loopback, Port);
        SendPreface();
        _load.Start(this);
        Flush();
        var length = 0;
        while (_streams.Count > 0)
        {
            if (length == _receiveBuffer.Length)
                Array.Resize(ref _receiveBuffer, _receiveBuffer.Length * 2);
            var count = _socket.Receive(_receiveBuffer.AsSpan(length));
            if (count == 0)
                throw new LoadFailedException("The server closed the connection while calls were open.");
            length += count;
            var used = HandleFrames(_receiveBuffer.AsSpan(0, length));
            _receiveBuffer.AsSpan(used, length - used).CopyTo(_receiveBuffer);
            length -= used;
            _load.OnReceived(this);
            UpdateConnectionWindow();
            Flush();
        }
    }

    /// <summary>Opens a call. <see cref="Send"/> sends its messages.</summary>
    public Http2Stream Open()
    {
        var stream = new Http2Stream(_nextStreamId, _initialStreamWindow);
        _nextStreamId = checked(_nextStreamId + 2);
        _streams.Add(stream.Id, stream);
        // The first call adds its headers to the HPACK table of the connection; later calls send only their indexes.
        ReadOnlySpan<byte> signed = [0x83, 0x86, 0xC2, 0xC1, 0xC0, 0xBF, 0xBE];
        ReadOnlySpan<byte> unsigned = [0x83, 0x86, 0xC1, 0xC0, 0xBF, 0xBE];
        WriteFrame(1, 0x4, stream.Id, stream.Id == 1 ? FirstHeaders() : _token is null ? unsigned : signed);
        return stream;
    }

    /// <summary>Sends a gRPC message. Bytes that exceed the flow-control window are sent when the server extends the window.</summary>
    /// <param name="stream">The call.</param>
    /// <param name="message">The message, including the five bytes of gRPC framing.</param>
    /// <param name="last">True if this is the last message of the call.</param>
    public void Send(Http2Stream stream, ReadOnlySpan<byte> message, bool last)
    {
        var sent = stream.Unsent.Count == 0 ? SendAllowed(stream, message, last) : 0;
        if (sent == message.Length)
            return;
        stream.Unsent.Enqueue((message[sent..].ToArray(), last));
        if (stream.Unsent.Count == 1)
            _blocked.Enqueue(stream);
    }

    /// <summary>Ends the request stream of a call.</summary>
    public void Complete(Http2Stream stream)
    {
        if (stream.Unsent.Count > 0)
            throw new InvalidOperationException("The call has unsent messages.");
        WriteFrame(0, 0x1, stream.Id, []);
    }

    /// <summary>Cancels a call without waiting for the server.</summary>
    public void Cancel(Http2Stream stream)
    {
        WriteFrame(3, 0, stream.Id, [0, 0, 0, 8]);
        _streams.Remove(stream.Id);
    }

    public void Dispose() => _socket.Dispose();

    private void SendPreface()
    {
        Append("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        // No HPACK table for response headers, no server push, a large window for each call.
        ReadOnlySpan<byte> settings = [0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 4, 0x40, 0, 0, 0];
        WriteFrame(4, 0, 0, settings);
        WriteWindowUpdate(0, ReceiveWindow - 65_535);
    }

    private byte[] FirstHeaders()
    {
        var block = new List<byte> { 0x83, 0x86 };
        AddLiteralHeader(block, 0x44, null, _path);
        AddLiteralHeader(block, 0x41, null, _authority);
        AddLiteralHeader(block, 0x40, "te", "trailers");
        AddLiteralHeader(block, 0x5F, null, "application/grpc");
        if (_token is not null)
            AddLiteralHeader(block, 0x57, null, $"Bearer {_token}");
        return [.. block];
    }

    private static void AddLiteralHeader(List<byte> block, byte first, string? name, string value)
    {
        block.Add(first);
        if (name is not null)
        {
            block.Add((byte)name.Length);
            block.AddRange(Encoding.ASCII.GetBytes(name));
        }

        AddLength(block, value.Length);
        block.AddRange(Encoding.ASCII.GetBytes(value));
    }

    /// <summary>Appends a length as an HPACK integer with a seven-bit prefix.</summary>
    private static void AddLength(List<byte> block, int length)
    {
        const int MaxPrefix = 0x7F;
        block.Add((byte)Math.Min(length, MaxPrefix));
        if (length < MaxPrefix)
            return;
        for (length -= MaxPrefix; length >= 0x80; length >>= 7)
            block.Add((byte)((length & 0x7F) | 0x80));
        block.Add((byte)length);
    }

    private int HandleFrames(ReadOnlySpan<byte> data)
    {
        var used = 0;
        while (data.Length - used >= FrameHeader)
        {
            var length = (data[used] << 16) | (data[used + 1] << 8) | data[used + 2];
            if (data.Length - used - FrameHeader < length)
                break;
            var id = BinaryPrimitives.ReadInt32BigEndian(data[(used + 5)..]) & int.MaxValue;
            HandleFrame(data[used + 3], data[used + 4], id, data.Slice(used + FrameHeader, length));
            used += FrameHeader + length;
        }

        return used;
    }

    private void HandleFrame(byte type, byte flags, int id, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case 0:
                _consumed += payload.Length;
                if (_streams.TryGetValue(id, out var receiving))
                    HandleData(receiving, payload);
                break;
            case 1 when (flags & 0x1) != 0 && _streams.Remove(id, out var ended):
                HandleEnd(ended, payload);
                break;
            case 3 when _streams.ContainsKey(id):
                throw new LoadFailedException($"The server reset a call with error {BinaryPrimitives.ReadInt32BigEndian(payload)}.");
            case 4 when (flags & 0x1) == 0:
                HandleSettings(payload);
                break;
            case 6 when (flags & 0x1) == 0:
                WriteFrame(6, 0x1, 0, payload);
                break;
            case 7:
                throw new LoadFailedException($"The server closed the connection with error {BinaryPrimitives.ReadInt32BigEndian(payload[4..])}.");
            case 8:
                HandleWindowUpdate(id, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                break;
        }
    }

    private void HandleData(Http2Stream stream, ReadOnlySpan<byte> payload)
    {
        stream.Received += payload.Length;
        var rest = stream.JoinPartial(payload);
        while (rest.Length >= 5)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            if (rest[0] != 0)
                throw new LoadFailedException("The server sent a compressed message that was not requested.");
            if (rest.Length < 5 + length)
                break;
            stream.Messages++;
            _load.OnMessage(this, stream, rest.Slice(5, length));
            rest = rest[(5 + length)..];
        }

        stream.StorePartial(rest);
        if (stream.Received < ReceiveWindow / 2)
            return;
        WriteWindowUpdate(stream.Id, stream.Received);
        stream.Received = 0;
    }

    private void HandleEnd(Http2Stream stream, ReadOnlySpan<byte> trailers)
    {
        // There is no HPACK table for response headers and Kestrel does not use Huffman coding, so the status is plain text.
        if (trailers.IndexOf("grpc-status\u00010"u8) < 0)
            throw new LoadFailedException($"A call failed: {ToPrintable(trailers)}");
        _load.OnEnded(this, stream);
    }

    private static string ToPrintable(ReadOnlySpan<byte> block)
    {
        var text = new StringBuilder(block.Length);
        foreach (var b in block)
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : ' ');
        return text.ToString();
    }

    private void HandleSettings(ReadOnlySpan<byte> payload)
    {
        for (; payload.Length >= 6; payload = payload[6..])
        {
            if (BinaryPrimitives.ReadInt16BigEndian(payload) != 4)
                continue;
            var window = BinaryPrimitives.ReadInt32BigEndian(payload[2..]);
            foreach (var stream in _streams.Values)
                stream.Window += window - _initialStreamWindow;
            _initialStreamWindow = window;
        }

        WriteFrame(4, 0x1, 0, []);
        SendBlocked();
    }

    private void HandleWindowUpdate(int id, int increment)
    {
        if (id == 0)
            _connectionWindow += increment;
        else if (_streams.TryGetValue(id, out var stream))
            stream.Window += increment;
        SendBlocked();
    }

    private void SendBlocked()
    {
        for (var turns = _blocked.Count; turns > 0 && _connectionWindow > 0; turns--)
        {
            var stream = _blocked.Dequeue();
            if (!_streams.ContainsKey(stream.Id))
                continue;
            while (stream.Unsent.TryPeek(out var next))
            {
                var sent = SendAllowed(stream, next.Bytes.Span, next.Last);
                if (sent < next.Bytes.Length)
                {
                    stream.ReplaceFirst((next.Bytes[sent..], next.Last));
                    _blocked.Enqueue(stream);
                    break;
                }

                stream.Unsent.Dequeue();
            }
        }
    }

    private int SendAllowed(Http2Stream stream, ReadOnlySpan<byte> message, bool last)
    {
        var sent = 0;
        while (sent < message.Length)
        {
            var size = (int)Math.Min(Math.Min(message.Length - sent, MaxFrame), Math.Min(_connectionWindow, stream.Window));
            if (size <= 0)
                break;
            var ends = last && sent + size == message.Length;
            WriteFrame(0, ends ? (byte)0x1 : (byte)0, stream.Id, message.Slice(sent, size));
            sent += size;
            stream.Window -= size;
            _connectionWindow -= size;
        }

        return sent;
    }

    private void UpdateConnectionWindow()
    {
        if (_consumed < ReceiveWindow / 2)
            return;
        WriteWindowUpdate(0, _consumed);
        _consumed = 0;
    }

    private void WriteWindowUpdate(int streamId, int increment)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, increment);
        WriteFrame(8, 0, streamId, payload);
    }

    private void WriteFrame(byte type, byte flags, int streamId, ReadOnlySpan<byte> payload)
    {
        var header = Reserve(FrameHeader + payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(header, payload.Length << 8);
        header[3] = type;
        header[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(header[5..], streamId);
        payload.CopyTo(header[FrameHeader..]);
    }

    private void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    private Span<byte> Reserve(int count)
    {
        if (_sendLength + count > _sendBuffer.Length)
            Array.Resize(ref _sendBuffer, Math.Max(_sendBuffer.Length * 2, _sendLength + count));
        _sendLength += count;
        return _sendBuffer.AsSpan(_sendLength - count, count);
    }

    private void Flush()
    {
        for (var sent = 0; sent < _sendLength;)
            sent += _socket.Send(_sendBuffer.AsSpan(sent, _sendLength - sent));
        _sendLength = 0;
    }
}
