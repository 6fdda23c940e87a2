using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Questions;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording;

namespace Outreach.Server.Questions;

/// <summary>How questions are stored.</summary>
[JsonSerializable(typeof(QuestionEvent))]
[JsonSerializable(typeof(QuestionEvent.QuestionAdded))]
[JsonSerializable(typeof(QuestionEvent.QuestionChanged))]
[JsonSerializable(typeof(SettingsState<Question>))]
[JsonSerializable(typeof(Answer))]
internal sealed partial class QuestionJson : JsonSerializerContext
{
    private static readonly JsonSerializerOptions Stored = DomainJson.ForFacts<QuestionEvent>(
        new QuestionJson(),
        ("questionAdded", typeof(QuestionEvent.QuestionAdded)),
        ("questionChanged", typeof(QuestionEvent.QuestionChanged)));

    public static JsonTypeInfo<QuestionEvent> Fact { get; } = (JsonTypeInfo<QuestionEvent>)Stored.GetTypeInfo(typeof(QuestionEvent));

    public static JsonTypeInfo<SettingsState<Question>> State { get; } =
        (JsonTypeInfo<SettingsState<Question>>)Stored.GetTypeInfo(typeof(SettingsState<Question>));

    public static JsonTypeInfo<Versioned<Question>> Document { get; } = (JsonTypeInfo<Versioned<Question>>)Stored.GetTypeInfo(typeof(Versioned<Question>));
}
