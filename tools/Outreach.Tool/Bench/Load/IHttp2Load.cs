namespace Outreach.Tool.Bench.Load;

/// <summary>What is sent down an <see cref="Http2Connection"/>, and what is done with what comes back. All on the connection's one thread.</summary>
internal interface IHttp2Load
{
    /// <summary>Opens the first calls.</summary>
    void Start(Http2Connection connection);

    /// <summary>Takes a message that came back; its bytes are valid only during the call.</summary>
    void OnMessage(Http2Connection connection, Http2Stream stream, ReadOnlySpan<byte> message);

    /// <summary>A call has ended with the status OK.</summary>
    void OnEnded(Http2Connection connection, Http2Stream stream);

    /// <summary>All that arrived together has been handled.</summary>
    void OnReceived(Http2Connection connection)
    {
    }
}
