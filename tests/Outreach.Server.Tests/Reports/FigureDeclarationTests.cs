using Google.Protobuf.Reflection;
using Outreach.Protocol.Reports.V1;
using Outreach.Server.Encounters;
using Outreach.Tests.Shared;

namespace Outreach.Server.Tests.Reports;

/// <summary>The declared figures are the fields of the API, with the same names and meanings.</summary>
public class FigureDeclarationTests
{
    private static readonly IEnumerable<(string Name, string Meaning)> ByLine = EncounterFigures.ByLine.Select(figure => (figure.Name, figure.Meaning));

    private static readonly IEnumerable<(string Name, string Meaning)> ByEncounter =
        EncounterFigures.ByEncounter.Select(figure => (figure.Name, figure.Meaning));

    [Fact]
    public void Every_figure_is_a_field_of_Figures_and_every_field_is_a_figure() =>
        Assert.Equal(ByLine.Concat(ByEncounter).Order(), FieldsOf(Figures.Descriptor).Order());

    [Fact]
    public void Every_figure_by_line_is_a_field_of_ProductFigures_and_every_field_but_the_product_is_one() =>
        Assert.Equal(ByLine.Order(), FieldsOf(ProductFigures.Descriptor).Where(field => field.Name != "product_id").Order());

    /// <summary>The fields of a message with their comments.</summary>
    private static IEnumerable<(string Name, string Comment)> FieldsOf(MessageDescriptor message)
    {
        var lines = File.ReadLines(Path.Combine(SourceTree.Root, "protos", message.File.Name))
            .SkipWhile(line => line != $"message {message.Name} {{").Select(line => line.Trim()).ToList();
        return message.Fields.InDeclarationOrder().Select(field => (field.Name, CommentAbove(lines, field)));
    }

    private static string CommentAbove(List<string> lines, FieldDescriptor field)
    {
        var declaration = lines.FindIndex(line => line.EndsWith($" {field.Name} = {field.FieldNumber};", StringComparison.Ordinal));
        return string.Join(' ', lines.Take(declaration).Reverse().TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)).Reverse().Select(line => line[3..]));
    }
}
