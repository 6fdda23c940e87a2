using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Outreach.Server.Encounters.Participants;
using Outreach.Server.Ledger;

namespace Outreach.Server.Tests.Recording;

/// <summary>Every event that can be stored has a stored kind, and a golden file that shows its form.</summary>
public class StoredEventTests
{
    /// <summary>The definitions of all streams whose events have kinds; the stream of the program's key has one event only.</summary>
    public static TheoryData<Type> Definitions =>
    [
        .. typeof(IStreamDefinition).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IStreamDefinition)) && !type.IsAbstract && type != typeof(ProgramKeyStreamDefinition)),
    ];

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Every_event_of_a_stream_has_a_stored_kind(Type definition)
    {
        var form = FormOf(definition);

        Assert.Equal(EventsOf(form), form.PolymorphismOptions!.DerivedTypes.Select(derived => derived.DerivedType).OrderBy(type => type.Name));
        Assert.Distinct(form.PolymorphismOptions.DerivedTypes.Select(derived => derived.TypeDiscriminator));
    }

    [Theory]
    [MemberData(nameof(Definitions))]
    public void Every_event_of_a_stream_has_a_golden_file(Type definition)
    {
        var form = FormOf(definition);

        var shown = GoldenFiles.Names(SliceOf(definition)).Select(name => GoldenFiles.ReadText(SliceOf(definition), $"{name}.json"))
            .Where(json => form.PolymorphismOptions!.DerivedTypes.Any(derived => Equals(derived.TypeDiscriminator, KindOf(json))))
            .Select(json => JsonSerializer.Deserialize(json, form)!.GetType())
            .Distinct()
            .OrderBy(type => type.Name);

        Assert.Equal(EventsOf(form), shown);
    }

    private static string? KindOf(string json) => (string?)JsonNode.Parse(json)!["kind"];

    private static IEnumerable<Type> EventsOf(JsonTypeInfo form) =>
        form.Type.Assembly.GetTypes().Where(type => type.IsAssignableTo(form.Type) && !type.IsAbstract).OrderBy(type => type.Name);

    private static JsonTypeInfo FormOf(Type definition)
    {
        var instance = Activator.CreateInstance(definition, nonPublic: true);
        return (JsonTypeInfo)definition.GetProperty("FactJson", BindingFlags.Public | BindingFlags.Instance)!.GetValue(instance)!;
    }

    /// <summary>The folder of its golden files. Encounters are stored in the stream of stock, and their files are with those of stock.</summary>
    private static string SliceOf(Type definition) => definition.Namespace!.Split('.')[^1] is var slice && slice == "Encounters" ? "Stock" : slice;
}
