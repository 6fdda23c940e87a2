namespace Outreach.Server.Encounters.Participants;

/// <summary>The program's key was registered. This is the only event of its stream.</summary>
/// <param name="Fingerprint">A hash that identifies the key without revealing it.</param>
internal sealed record ProgramKeyRegistered(string Fingerprint);

/// <summary>The registered key; the fingerprint is empty before the first start.</summary>
internal sealed record ProgramKeyState(string Fingerprint);
