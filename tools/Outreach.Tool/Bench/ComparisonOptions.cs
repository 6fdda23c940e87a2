namespace Outreach.Tool.Bench;

/// <summary>How long and how often a comparison measures.</summary>
/// <param name="Sites">The number of sites that receive the load.</param>
/// <param name="Rounds">The number of rounds. In each round, every load shape runs on both servers.</param>
/// <param name="LoadDuration">The duration of one load.</param>
/// <param name="WarmUp">
/// The processor time that each server gets to warm up before the first round. On a busy machine the warm-up takes longer, but
/// at most four times as long.
/// </param>
internal sealed record ComparisonOptions(int Sites, int Rounds, TimeSpan LoadDuration, TimeSpan WarmUp);
