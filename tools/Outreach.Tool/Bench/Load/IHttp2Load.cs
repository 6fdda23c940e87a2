namespace Outreach.Tool.Bench.Load;

/// <summary>Creates the calls on an <see cref="Http2Connection"/> and handles the answers. All methods run on the connection's thread.</summary>
internal interface IHttp2Load
{
    /// <summary>Opens the first calls.</summary>
    void Start(Http2Connection connection);

    /// <summary>Handles a received message. Its bytes are valid only during this method.</summary>
    void OnMessage(Http2Connection connection, Http2Stream stream, ReadOnlySpan<byte> message);

    /// <summary>Handles the end of a call with status OK.</summary>
    void OnEnded(Http2Connection connection, Http2Stream stream);

    /// <summary>Runs after all bytes of one receive operation were handled.</summary>
    void OnReceived(Http2Connection connection)
    {
    }
}
