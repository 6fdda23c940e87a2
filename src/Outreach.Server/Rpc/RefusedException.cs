using Outreach.Domain.Recording;

namespace Outreach.Server.Rpc;

/// <summary>Carries a refusal out of a service method to the interceptor, which alone turns it into a status.</summary>
public sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
