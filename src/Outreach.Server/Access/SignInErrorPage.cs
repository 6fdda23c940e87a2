using System.Text.Encodings.Web;

namespace Outreach.Server.Access;

/// <summary>A page that shows why signing in failed, for requests outside the dashboard.</summary>
internal static class SignInErrorPage
{
    public static Task WriteAsync(HttpResponse response, int status, string message)
    {
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>Sign in - Outreach</title>
              <link rel="stylesheet" href="/outreach.css">
            </head>
            <body>
              <main>
                <div class="panel sign-in">
                  <h1>Sign in</h1>
                  <p>{HtmlEncoder.Default.Encode(message)}</p>
                  <p><a href="/">Start again</a></p>
                </div>
              </main>
            </body>
            </html>
            """);
    }
}
