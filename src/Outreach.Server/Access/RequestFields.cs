using Google.Protobuf;
using Google.Protobuf.Reflection;
using Outreach.Domain;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>Reads ids and the reason from any request.</summary>
internal static class RequestFields
{
    private const int MaxReasonLength = 500;

    /// <summary>
    /// The values of fields with site ids. An empty value is included only for the first field, and only if the request is not
    /// for a list, where it is optional.
    /// </summary>
    public static List<string> GetSites(IMessage request, IReadOnlyList<string> paths)
    {
        var lists = request.Descriptor.FindFieldByName("page_size") is not null;
        return [.. paths.SelectMany((path, i) => GetTexts(request, path).Where(site => site.Length > 0 || (i == 0 && !lists)))];
    }

    /// <summary>Every id in the request and in the messages in it, as <c>field=id</c>.</summary>
    public static EquatableList<string> GetSubjects(IMessage request)
    {
        var found = new List<string>();
        AddSubjects(request, "", found);
        return [.. found.Take(AuditEvent.MaxSubjects)];
    }

    /// <summary>The reason in the request; empty if it has none.</summary>
    public static string GetReason(IMessage request)
    {
        var reason = GetText(request, "reason");
        return reason.Length > MaxReasonLength ? reason[..MaxReasonLength] : reason;
    }

    private static string GetText(IMessage message, string path) => GetTexts(message, path).FirstOrDefault("");

    private static IEnumerable<string> GetTexts(IMessage? message, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (message?.Descriptor.FindFieldByName(name) is not { } field)
                return [];
            switch (field.Accessor.GetValue(message))
            {
                case string text:
                    return [text];
                case IEnumerable<string> texts:
                    return texts;
                case var inner:
                    message = inner as IMessage;
                    break;
            }
        }

        return [];
    }

    private static void AddSubjects(IMessage message, string path, List<string> found)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsMap || field.Name == "request_id")
                continue;
            var name = path + field.Name;
            switch (field.Accessor.GetValue(message))
            {
                case string id when IsId(field) && id.Length > 0:
                    found.Add($"{name}={Sanitize(id)}");
                    break;
                case Enum role when field.Name == "role":
                    found.Add($"{name}={role}");
                    break;
                case System.Collections.IEnumerable ids when field is { IsRepeated: true, FieldType: FieldType.String } && IsId(field):
                    found.AddRange(ids.Cast<string>().Select(id => $"{name}={Sanitize(id)}"));
                    break;
                case IMessage inner when path.Length == 0 && IsOwnMessage(field):
                    AddSubjects(inner, name + ".", found);
                    break;
                case System.Collections.IEnumerable grants when field.Name == "grants" && IsOwnMessage(field):
                    foreach (var grant in grants.Cast<IMessage>())
                        AddSubjects(grant, name + ".", found);
                    break;
            }
        }
    }

    private static bool IsOwnMessage(FieldDescriptor field) =>
        field.FieldType == FieldType.Message && field.MessageType.File.Package.StartsWith("outreach.", StringComparison.Ordinal);

    private static bool IsId(FieldDescriptor field) =>
        field.Name.EndsWith("_id", StringComparison.Ordinal) || field.Name.EndsWith("_ids", StringComparison.Ordinal)
        || field.Name is "participant_key" or "figures_from" or "method";

    /// <summary>Replaces a malformed id, because it might be a name.</summary>
    private static string Sanitize(string id) => Domain.Encounters.ReportedDeviceId.IsValid(id) ? id : "(malformed)";
}
