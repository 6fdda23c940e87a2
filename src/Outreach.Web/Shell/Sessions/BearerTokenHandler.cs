using System.Net.Http.Headers;

namespace Outreach.Web.Shell.Sessions;

/// <summary>Gives every call the token of the session.</summary>
internal sealed class BearerTokenHandler(Session session, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // A change of tokens is never cut short: it goes on for whoever calls next.
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await session.GetAccessTokenAsync().WaitAsync(cancellationToken));
        return await base.SendAsync(request, cancellationToken);
    }
}
