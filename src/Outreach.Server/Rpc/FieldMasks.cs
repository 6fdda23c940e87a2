using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Outreach.Server.Rpc;

/// <summary>Which settings an update is about.</summary>
public static class FieldMasks
{
    /// <summary>The most paths a mask may have.</summary>
    public const int MaxPaths = 100;

    /// <summary>
    /// The names of the fields to change: those of the mask; without one, those that are present in the message, which
    /// for plain values means other than their default.
    /// </summary>
    /// <param name="message">The message with the new values.</param>
    /// <param name="mask">Paths of whole fields of the message; null or empty for all that are present.</param>
    /// <param name="settable">Names of the fields that a caller may change.</param>
    /// <param name="violations">Where every path is named that is none of them.</param>
    public static IReadOnlySet<string> Fields(IMessage message, FieldMask? mask, IReadOnlyCollection<string> settable, Violations violations)
    {
        if (mask is not { Paths.Count: > 0 })
            return message.Descriptor.Fields.InDeclarationOrder()
                .Where(field => settable.Contains(field.Name) && IsPresent(field, message))
                .Select(field => field.Name)
                .ToHashSet();

        if (mask.Paths.Count > MaxPaths)
            violations.Add("update_mask", $"has at most {MaxPaths} paths; this has {mask.Paths.Count}.");

        foreach (var path in mask.Paths.Take(MaxPaths).Where(path => !settable.Contains(path)))
            violations.Add("update_mask", $"names fields that can be changed: {string.Join(", ", settable)}; '{Shorten(path)}' is none.");
        return mask.Paths.Where(settable.Contains).ToHashSet();
    }

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

    private static string Shorten(string path) => path.Length <= 60 ? path : path[..60] + "...";
}
