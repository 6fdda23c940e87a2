namespace Outreach.Server.Hosting;

/// <summary>Tells browsers to run nothing but the web app's own files, and to show it in no other page.</summary>
internal static class SecurityHeaders
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>For everything that a browser can show; calls of gRPC are not shown.</summary>
    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            // What is answered to calls is for the caller, and stays in no cache on the way.
            if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
                headers.CacheControl = "no-store";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
        }

        return next(context);
    }
}
