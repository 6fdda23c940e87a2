using System.Buffers;
using System.Text.Json;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;
using Outreach.Domain.Recording;
using Outreach.Server.Recording;

namespace Outreach.Server.Hosting;

/// <summary>
/// Serializes the domain's types for calls between grains, so that the domain does not depend on Orleans. They are immutable: a call
/// within one process passes the reference, and a call to another server sends JSON with the type's name.
/// </summary>
/// <remarks>Nothing is stored in this form, and all servers of a cluster run the same version.</remarks>
[Alias("outreach.domain")]
public sealed class DomainCodec : IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
{
    private static readonly JsonSerializerOptions Json = DomainJson.Configure(new JsonSerializerOptions());

    private const uint TypeField = 0;
    private const uint ContentField = 1;

    public bool IsSupportedType(Type type) => type == typeof(DomainCodec) || IsDomain(type);

    public bool? IsTypeAllowed(Type type) => IsDomain(type) ? true : null;

    public object? DeepCopy(object? input, CopyContext context) => input;

    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        if (ReferenceCodec.TryWriteReferenceField(ref writer, fieldIdDelta, expectedType!, value))
            return;

        writer.WriteFieldHeader(fieldIdDelta, expectedType!, typeof(DomainCodec), WireType.TagDelimited);

        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(TypeField, WireType.LengthPrefixed);
        writer.Session.TypeCodec.WriteLengthPrefixed(ref writer, value!.GetType());

        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeaderExpected(ContentField, WireType.LengthPrefixed);
        var content = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), Json);
        writer.WriteVarUInt32((uint)content.Length);
        writer.Write(content);

        writer.WriteEndObject();
    }

    public object ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        if (field.IsReference)
            return ReferenceCodec.ReadReference(ref reader, field.FieldType ?? typeof(object))!;

        field.EnsureWireTypeTagDelimited();
        var place = ReferenceCodec.CreateRecordPlaceholder(reader.Session);
        Type? type = null;
        object? value = null;
        uint fieldId = 0;
        while (true)
        {
            var header = reader.ReadFieldHeader();
            if (header.IsEndBaseOrEndObject)
                break;

            fieldId += header.FieldIdDelta;
            ReferenceCodec.MarkValueField(reader.Session);
            if (fieldId == TypeField)
                type = reader.Session.TypeCodec.ReadLengthPrefixed(ref reader);
            else if (fieldId == ContentField && type is not null)
                value = JsonSerializer.Deserialize(reader.ReadBytes(reader.ReadVarUInt32()), type, Json);
            else
                reader.ConsumeUnknownField(header);
        }

        ReferenceCodec.RecordObject(reader.Session, value!, place);
        return value ?? throw new InvalidOperationException($"A call contained no value of {type?.FullName ?? "an unnamed type"}.");
    }

    private static bool IsDomain(Type type) => type.Assembly == typeof(Refusal).Assembly;
}
