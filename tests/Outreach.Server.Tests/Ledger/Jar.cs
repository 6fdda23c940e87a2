namespace Outreach.Server.Tests.Ledger;

/// <summary>The state of a jar.</summary>
public sealed record Jar(string Id, long Beads, long Facts, string Trace);
