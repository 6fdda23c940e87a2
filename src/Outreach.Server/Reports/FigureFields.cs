using Google.Protobuf;
using Google.Protobuf.Reflection;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Encounters;

namespace Outreach.Server.Reports;

/// <summary>Writes sums into the fields that have the names of the figures.</summary>
internal static class FigureFields
{
    private static readonly IFieldAccessor[] Fields = FindFields(Figures.Descriptor, EncounterFigures.Columns);
    private static readonly IFieldAccessor[] ProductFields = FindFields(ProductFigures.Descriptor, EncounterFigures.LineColumns);

    /// <param name="sums">The sums in the order of <see cref="EncounterFigures.Columns"/>.</param>
    public static Figures ToFigures(ReadOnlySpan<long> sums) => Write(new Figures(), Fields, sums);

    /// <param name="product">The product.</param>
    /// <param name="sums">The sums in the order of <see cref="EncounterFigures.LineColumns"/>.</param>
    public static ProductFigures ToProductFigures(string product, ReadOnlySpan<long> sums) =>
        Write(new ProductFigures { ProductId = product }, ProductFields, sums);

    private static IFieldAccessor[] FindFields(MessageDescriptor message, string[] names) =>
        [.. names.Select(name => message.FindFieldByName(name).Accessor)];

    private static T Write<T>(T message, IFieldAccessor[] fields, ReadOnlySpan<long> sums)
        where T : IMessage
    {
        for (var i = 0; i < fields.Length; i++)
            if (sums[i] != 0)
                fields[i].SetValue(message, sums[i]);
        return message;
    }
}
