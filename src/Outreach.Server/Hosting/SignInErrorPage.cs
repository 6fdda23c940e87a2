using System.Text.Encodings.Web;

namespace Outreach.Server.Hosting;

/// <summary>A page with a sentence on it, for whom the dashboard cannot tell because it is not there.</summary>
internal static class SignInErrorPage
{
    /// <summary>Answers with it.</summary>
    /// <param name="response">The answer; nothing of it is sent yet.</param>
    /// <param name="status">Its status.</param>
    /// <param name="says">The sentence.</param>
    public static Task WriteAsync(HttpResponse response, int status, string says)
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
                  <p>{HtmlEncoder.Default.Encode(says)}</p>
                  <p><a href="/">Back to the beginning</a></p>
                </div>
              </main>
            </body>
            </html>
            """);
    }
}
