using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Outreach.Server.Rpc;

/// <summary>Parses the fields that an update changes.</summary>
public static class FieldMasks
{
    /// <summary>The maximum number of paths in a mask.</summary>
    public const int MaxPaths = 100;

    /// <summary>
    /// The names of the fields to change: those in the mask or, without a mask, those that are present in the message. A plain value
    /// is present if it is not the default.
    /// </summary>
    /// <param name="message">The message with the new values.</param>
    /// <param name="mask">Paths of whole fields; null or empty for all that are present.</param>
    /// <param name="settable">Names of the fields that may be changed.</param>
    /// <param name="violations">Receives a violation for every path that is not one of them.</param>
    public static IReadOnlySet<string> GetFieldNames(IMessage message, FieldMask? mask, IReadOnlyCollection<string> settable, Violations violations)
    {
        if (mask is not { Paths.Count: > 0 })
            return message.Descriptor.Fields.InDeclarationOrder()
                .Where(field => settable.Contains(field.Name) && IsPresent(field, message))
                .Select(field => field.Name)
                .ToHashSet();

        if (mask.Paths.Count > MaxPaths)
            violations.Add("update_mask", FieldErrors.TooMany(MaxPaths, mask.Paths.Count));

        var names = mask.Paths.Take(MaxPaths).Select(path => GetFieldName(path, message.Descriptor)).ToHashSet();
        foreach (var name in names.Where(name => !settable.Contains(name)))
            violations.Add("update_mask", $"must name fields that can be changed: {string.Join(", ", settable)}; this has '{Excerpt.From(name)}'.");
        names.IntersectWith(settable);
        return names;
    }

    /// <summary>The field's name. In the URL of a JSON call it may be in camelCase.</summary>
    private static string GetFieldName(string path, MessageDescriptor message) =>
        message.Fields.InDeclarationOrder().FirstOrDefault(field => field.JsonName == path)?.Name ?? path;

    private static bool IsPresent(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        _ when field.HasPresence => field.Accessor.HasValue(message),
        System.Collections.IList values => values.Count > 0,
        string text => text.Length > 0,
        bool flag => flag,
        System.Enum value => Convert.ToInt32(value) != 0,
        IConvertible number => Convert.ToDouble(number) != 0,
        _ => true,
    };
}
