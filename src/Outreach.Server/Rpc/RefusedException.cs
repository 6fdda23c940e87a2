using Outreach.Domain.Recording;

namespace Outreach.Server.Rpc;

/// <summary>A refusal; <see cref="StatusInterceptor"/> turns it into a status.</summary>
public sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
