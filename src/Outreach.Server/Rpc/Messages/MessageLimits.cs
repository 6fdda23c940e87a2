using System.Buffers;
using System.Collections.Concurrent;
using Google.Protobuf.Reflection;

namespace Outreach.Server.Rpc.Messages;

/// <summary>Counts what a message would allocate while it only walks over the bytes, so that a small message cannot become large in memory.</summary>
/// <remarks>It ends where the bytes are not valid: the parser says what is wrong with them, and has allocated no more than was counted.</remarks>
internal sealed class MessageLimits
{
    /// <summary>The most elements of one repeated field.</summary>
    public const int MaxElements = 1_000;

    /// <summary>The most nested messages, elements and unknown fields of a whole message: 1,000 encounters of 100 lines, and half as many again.</summary>
    public const int MaxParts = 150_000;

    private static readonly ConcurrentDictionary<MessageDescriptor, MessageLimits> Cache = new();

    private readonly Field?[] byNumber;

    private MessageLimits(MessageDescriptor message)
    {
        var fields = message.Fields.InFieldNumberOrder();
        byNumber = new Field?[fields.Count == 0 ? 1 : fields[^1].FieldNumber + 1];
        foreach (var field in fields)
            byNumber[field.FieldNumber] = new Field(field, field.FieldType == FieldType.Message ? For(field.MessageType) : null);
    }

    public static MessageLimits For(MessageDescriptor message) =>
        Cache.TryGetValue(message, out var limits) ? limits : Cache.GetOrAdd(message, new MessageLimits(message));

    /// <exception cref="InvalidRequestException">A repeated field has too many elements, or the message too many parts.</exception>
    public void Check(ReadOnlySequence<byte> message)
    {
        var parts = 0;
        if (message.IsSingleSegment)
        {
            Check(message.FirstSpan, ref parts);
            return;
        }

        var size = (int)message.Length;
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            message.CopyTo(buffer);
            Check(buffer.AsSpan(0, size), ref parts);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: false);
        }
    }

    /// <summary>Checks a part of a message.</summary>
    /// <param name="message">The part.</param>
    /// <param name="parts">How many parts the message had before; those of this are added.</param>
    /// <exception cref="InvalidRequestException">A repeated field has too many elements, or the message too many parts.</exception>
    public void Check(ReadOnlySpan<byte> message, ref int parts) => _ = TryCount(message, "", ref parts);

    /// <returns>False where the bytes are not valid.</returns>
    private bool TryCount(ReadOnlySpan<byte> bytes, string path, ref int parts)
    {
        Span<int> elements = stackalloc int[byNumber.Length];
        while (bytes.Length > 0)
        {
            if (!WireFormatReader.TryReadVarint(ref bytes, out var tag) || !WireFormatReader.TryReadValue(ref bytes, (int)(tag & 7), out var value))
                return false;

            var number = (tag & uint.MaxValue) >> 3;
            if (number >= (ulong)byNumber.Length || byNumber[number] is not { } field || !field.Has((int)(tag & 7)))
            {
                Add(ref parts, 1);
                continue;
            }

            if (field.Descriptor.IsRepeated)
            {
                var count = field.CountElements((int)(tag & 7), value);
                Add(ref parts, count);
                if ((elements[(int)number] += count) > MaxElements)
                    throw TooMany($"{path}{field.Descriptor.Name}", $"has at most {MaxElements} elements; this has more.");
            }
            else if (field.Nested is not null)
            {
                Add(ref parts, 1);
            }

            if (field.Nested is { } nested && !nested.TryCount(value, $"{path}{field.Descriptor.Name}.", ref parts))
                return false;
        }

        return true;
    }

    private static void Add(ref int parts, int count)
    {
        if ((parts += count) > MaxParts)
            throw TooMany("message", $"has at most {MaxParts} parts, which are nested messages, elements and unknown fields; this has more.");
    }

    private static InvalidRequestException TooMany(string field, string description) => new([new Violation(field, description)]);

    /// <summary>A field that this version knows.</summary>
    /// <param name="Descriptor">The field.</param>
    /// <param name="Nested">The limits of its messages; null where it has another type.</param>
    private sealed record Field(FieldDescriptor Descriptor, MessageLimits? Nested)
    {
        private readonly bool packable = Descriptor.FieldType is not (FieldType.Message or FieldType.Group or FieldType.String or FieldType.Bytes);

        private readonly int wireType = Descriptor.FieldType switch
        {
            FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => 1,
            FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => 5,
            FieldType.String or FieldType.Bytes or FieldType.Message => WireFormatReader.Delimited,
            _ => 0,
        };

        /// <summary>Whether the parser takes the wire type as this field; otherwise it keeps an unknown field.</summary>
        public bool Has(int type) => type == wireType || (Descriptor.IsRepeated && packable && type == WireFormatReader.Delimited);

        /// <summary>How many elements one occurrence of the field adds: many where they are packed.</summary>
        public int CountElements(int wireType, ReadOnlySpan<byte> value)
        {
            if (!packable || wireType != WireFormatReader.Delimited)
                return 1;
            // Every varint ends with a byte below 0x80. No request has packed numbers of fixed size.
            var count = 0;
            foreach (var part in value)
                count += part < 0x80 ? 1 : 0;
            return count;
        }
    }
}
