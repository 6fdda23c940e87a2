namespace Outreach.Tool.Bench;

/// <summary>How long watchers waited in one run.</summary>
/// <param name="Store">The store.</param>
/// <param name="Watch">What was watched.</param>
/// <param name="Watchers">The number of watchers.</param>
/// <param name="EncountersPerSecond">The load during the run.</param>
/// <param name="CallP50">The median time in milliseconds from sending a call, before its commit, until a watcher received the change.</param>
/// <param name="CallP99">The 99th percentile of that time.</param>
/// <param name="AnswerP50">The median time in milliseconds from the call's answer, after its commit, until a watcher received the change.</param>
/// <param name="AnswerP99">The 99th percentile of that time.</param>
/// <param name="MessagesPerSecond">Messages per second to all watchers.</param>
/// <param name="ServerCores">The server's processor seconds per second.</param>
/// <param name="MemoryMegabytes">The server's memory with all watchers, in 10^6 bytes.</param>
internal sealed record WatchMeasurement(
    string Store,
    string Watch,
    int Watchers,
    double EncountersPerSecond,
    double CallP50,
    double CallP99,
    double AnswerP50,
    double AnswerP99,
    double MessagesPerSecond,
    double ServerCores,
    double MemoryMegabytes);
