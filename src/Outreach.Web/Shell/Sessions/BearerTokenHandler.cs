using System.Net.Http.Headers;

namespace Outreach.Web.Shell.Sessions;

/// <summary>Adds the session's access token to every request.</summary>
internal sealed class BearerTokenHandler(Session session, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Cancelling the request does not cancel a token refresh: the next call uses its result.
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await session.GetAccessTokenAsync().WaitAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
