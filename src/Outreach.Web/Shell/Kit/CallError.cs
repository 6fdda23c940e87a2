using Google.Rpc;
using Grpc.Core;

namespace Outreach.Web.Shell.Kit;

/// <summary>Error messages for failed calls.</summary>
public static class CallError
{
    /// <summary>What went wrong and what to do next, in a sentence or two.</summary>
    public static string Describe(RpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.StatusCode switch
        {
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled =>
                "The server cannot be reached. Try again in a moment.",
            StatusCode.Aborted => "Somebody else changed this at the same time. Load the page again, then repeat your change.",
            StatusCode.PermissionDenied => "Your role does not allow this. If you need it, ask an administrator.",
            StatusCode.Internal or StatusCode.Unknown => "Something went wrong on the server. Try again. If it happens again, tell the person who runs the server.",
            StatusCode.InvalidArgument when FieldErrors(error) is { Count: > 0 } fields => string.Join(" ", fields.Select(field => ToSentence(field.Key, field.Value))),
            _ => error.Status.Detail,
        };
    }

    /// <summary>"Time zone must be ..." for "site.time_zone" and "must be ...". A description with a capital is already a sentence.</summary>
    private static string ToSentence(string path, string description) => char.IsUpper(description.FirstOrDefault())
        ? description
        : $"{DisplayFormat.Capitalize(path[(path.LastIndexOf('.') + 1)..].Replace('_', ' '))} {description}";

    /// <summary>The server's message for each invalid field, by the field's path.</summary>
    public static IReadOnlyDictionary<string, string> FieldErrors(RpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var violations = error.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations ?? [];
        return violations.GroupBy(v => v.Field).ToDictionary(g => g.Key, g => g.First().Description);
    }
}
