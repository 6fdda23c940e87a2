using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf.Reflection;

namespace Outreach.Server.Recording;

/// <summary>Finds fields in the bytes of a message that this version of the API does not know, at any depth.</summary>
internal sealed class KnownFieldTable
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private static readonly ConcurrentDictionary<MessageDescriptor, KnownFieldTable> Tables = new();

    private readonly FrozenDictionary<uint, KnownFieldTable?> byTag;

    private KnownFieldTable(MessageDescriptor message) =>
        byTag = message.Fields.InDeclarationOrder().ToFrozenDictionary(
            TagOf,
            field => field.FieldType == FieldType.Message ? GetTable(field.MessageType) : null);

    /// <summary>True if all fields are known. The bytes must be a serialized message, because they are not checked.</summary>
    public static bool ContainsOnlyKnown(MessageDescriptor message, ReadOnlySpan<byte> bytes) => GetTable(message).ContainsOnlyKnown(bytes);

    private static KnownFieldTable GetTable(MessageDescriptor message) =>
        Tables.TryGetValue(message, out var table) ? table : Tables.GetOrAdd(message, new KnownFieldTable(message));

    private static uint TagOf(FieldDescriptor field)
    {
        var type = field.FieldType switch
        {
            _ when field.IsRepeated && field.IsPacked => Delimited,
            FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => Fixed64,
            FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => Fixed32,
            FieldType.String or FieldType.Bytes or FieldType.Message => Delimited,
            _ => Varint,
        };
        return ((uint)field.FieldNumber << 3) | (uint)type;
    }

    private bool ContainsOnlyKnown(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var tag = (uint)ReadVarint(ref bytes);
            if (!byTag.TryGetValue(tag, out var nested))
                return false;

            var length = (tag & 7) switch
            {
                Varint => SkipVarint(ref bytes),
                Fixed64 => 8,
                Fixed32 => 4,
                _ => (int)ReadVarint(ref bytes),
            };
            if (nested is not null && !nested.ContainsOnlyKnown(bytes[..length]))
                return false;
            bytes = bytes[length..];
        }

        return true;
    }

    private static int SkipVarint(ref ReadOnlySpan<byte> bytes)
    {
        ReadVarint(ref bytes);
        return 0;
    }

    private static ulong ReadVarint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        var shift = 0;
        while (true)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
            shift += 7;
        }
    }
}
