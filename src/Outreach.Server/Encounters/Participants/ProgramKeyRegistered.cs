namespace Outreach.Server.Encounters.Participants;

/// <summary>The key that the program uses was registered. It is the only event of its stream.</summary>
/// <param name="Fingerprint">Tells the key from another and gives nothing of it away.</param>
internal sealed record ProgramKeyRegistered(string Fingerprint);

/// <summary>Which key is in use; an empty fingerprint before the first start.</summary>
internal sealed record ProgramKeyState(string Fingerprint);
