using System.Net.Http.Headers;

namespace Outreach.Tool.Access;

/// <summary>Sends the access token with every call and records when the server refuses it.</summary>
/// <remarks>The channel's retry policy repeats a refused call once; the repeated call gets a new token here.</remarks>
internal sealed class BearerTokenHandler(AccessTokenProvider tokens, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const string Unauthenticated = "16";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (await tokens.GetAccessTokenAsync(cancellationToken) is not { } token)
            return await base.SendAsync(request, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken);
        // A server that refuses a call sends the status in the headers.
        if (response.Headers.TryGetValues("grpc-status", out var status) && status.FirstOrDefault() == Unauthenticated)
            tokens.MarkRefused(token);
        return response;
    }
}
