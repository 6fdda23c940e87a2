using Outreach.Domain.Recording;

namespace Outreach.Server.Rpc;

/// <summary>Carries a refusal to <see cref="StatusInterceptor"/>, which converts it to a status.</summary>
public sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
