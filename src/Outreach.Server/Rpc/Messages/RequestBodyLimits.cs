using Microsoft.AspNetCore.Http.Features;

namespace Outreach.Server.Rpc.Messages;

/// <summary>The limits of a request's body, before any of it is read.</summary>
internal static class RequestBodyLimits
{
    /// <summary>The largest body of a gRPC request, in bytes.</summary>
    public const int MaxGrpcBytes = InFlightByteLimiter.MaxMessageBytes;

    /// <summary>The largest other body, in bytes. JSON is parsed with no limit on its elements, so that it must be small.</summary>
    public const int MaxJsonBytes = 256 * 1024;

    /// <summary>Whether a request is gRPC or gRPC-Web, and not JSON or a form.</summary>
    public static bool IsGrpc(HttpRequest request) => request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    public static bool CanHaveBody(HttpContext context) => context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody != false;

    /// <summary>Refuses a body by its Content-Length, and limits one without.</summary>
    public static Task LimitAsync(HttpContext context, RequestDelegate next)
    {
        var max = IsGrpc(context.Request) ? MaxGrpcBytes : MaxJsonBytes;
        if (context.Request.ContentLength > max)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return context.Response.WriteAsync($"A request has at most {max} bytes; this has {context.Request.ContentLength}.");
        }

        if (max == MaxJsonBytes && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = max;
        return next(context);
    }
}
