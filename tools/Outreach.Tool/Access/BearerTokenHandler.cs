using System.Net.Http.Headers;

namespace Outreach.Tool.Access;

/// <summary>Sends the access token with every call, and notes when the server refuses it.</summary>
/// <remarks>A call that is refused is tried once more by the channel's retry policy, and comes here again for another token.</remarks>
internal sealed class BearerTokenHandler(AccessTokenProvider keeper, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Unauthenticated = "16";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (await keeper.GetAccessTokenAsync(cancellationToken) is not { } token)
            return await base.SendAsync(request, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken);
        // A refusal before the first message comes with the headers.
        if (response.Headers.TryGetValues("grpc-status", out var status) && status.FirstOrDefault() == Unauthenticated)
            keeper.MarkRefused(token);
        return response;
    }
}
