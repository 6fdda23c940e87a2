using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Outreach.Server.Rpc.Messages;

/// <summary>A request's body whose unread bytes are counted.</summary>
/// <param name="body">The body.</param>
/// <param name="lease">Counts the bytes. It is the caller's to dispose.</param>
/// <param name="release">Whether bytes no longer count once they are read, as in a stream; otherwise they count until the call ends.</param>
internal sealed class MeteredRequestBody(PipeReader body, InFlightByteLimiter.Lease lease, bool release) : PipeReader, IRequestBodyPipeFeature
{
    private ReadOnlySequence<byte> unread;

    public PipeReader Reader => this;

    /// <exception cref="Grpc.Core.RpcException">RESOURCE_EXHAUSTED: too much is in memory.</exception>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Count(await body.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!body.TryRead(out result))
            return false;
        Count(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (release)
            lease.Set(unread.Slice(consumed).Length);
        unread = default;
        body.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => body.CancelPendingRead();

    public override void Complete(Exception? exception = null) => body.Complete(exception);

    private ReadResult Count(ReadResult result)
    {
        unread = result.Buffer;
        lease.Set(unread.Length);
        return result;
    }
}
