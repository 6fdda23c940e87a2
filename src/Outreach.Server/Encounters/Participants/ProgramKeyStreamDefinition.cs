using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Server.Ledger;

namespace Outreach.Server.Encounters.Participants;

/// <summary>The single stream with the fingerprint of the program's key.</summary>
internal sealed class ProgramKeyStreamDefinition : StreamDefinition<ProgramKeyState, ProgramKeyRegistered>
{
    /// <summary>The id of the single stream.</summary>
    public const string StreamId = "participants";

    public override string Category => "key";

    public override int SnapshotSchemaVersion => 1;

    public override JsonTypeInfo<ProgramKeyRegistered> FactJson => ProgramKeyJson.Default.ProgramKeyRegistered;

    public override JsonTypeInfo<ProgramKeyState> StateJson => ProgramKeyJson.Default.ProgramKeyState;

    public override ProgramKeyState CreateInitialState(string id) => new("");

    public override ProgramKeyState Apply(ProgramKeyState state, in RecordedFact<ProgramKeyRegistered> recorded) => new(recorded.Fact.Fingerprint);

    public override void Project(in RecordedFact<ProgramKeyRegistered> recorded, Effects effects)
    {
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProgramKeyRegistered))]
[JsonSerializable(typeof(ProgramKeyState))]
internal sealed partial class ProgramKeyJson : JsonSerializerContext;
