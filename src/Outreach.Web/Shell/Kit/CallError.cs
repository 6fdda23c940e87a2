using Google.Rpc;
using Grpc.Core;

namespace Outreach.Web.Shell.Kit;

/// <summary>What a failed call means to the person who made it.</summary>
public static class CallError
{
    /// <summary>What went wrong and what to do next, in a sentence or two.</summary>
    public static string Describe(RpcException failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        return failed.StatusCode switch
        {
            StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Cancelled =>
                "The server cannot be reached. Nothing is lost: try again in a moment.",
            StatusCode.Aborted => "Somebody else changed this meanwhile. Look at it again, then repeat your change.",
            StatusCode.PermissionDenied => "Your role does not allow this. An administrator can change your role.",
            StatusCode.Internal or StatusCode.Unknown => "Something went wrong on the server. Try again; if it stays so, tell whoever runs the server.",
            StatusCode.InvalidArgument when FieldErrors(failed) is { Count: > 0 } fields => string.Join(" ", fields.Select(field => Sentence(field.Key, field.Value))),
            _ => failed.Status.Detail,
        };
    }

    /// <summary>"Time zone is ..." for "site.time_zone" and "is ...". What begins with a capital is a sentence already.</summary>
    private static string Sentence(string path, string description) => char.IsUpper(description.FirstOrDefault())
        ? description
        : $"{DisplayFormat.Capitalize(path[(path.LastIndexOf('.') + 1)..].Replace('_', ' '))} {description}";

    /// <summary>What is wrong with each field of the request, by the field's path.</summary>
    public static IReadOnlyDictionary<string, string> FieldErrors(RpcException failed)
    {
        ArgumentNullException.ThrowIfNull(failed);
        var violations = failed.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations ?? [];
        return violations.GroupBy(v => v.Field).ToDictionary(g => g.Key, g => g.First().Description);
    }
}
