using NodaTime;

namespace Outreach.Server.Tests.Stock;

/// <summary>The true time, moved by as much as a test wants.</summary>
public sealed class OffsetClock : IClock
{
    public Duration Offset { get; set; }

    public Instant GetCurrentInstant() => SystemClock.Instance.GetCurrentInstant() + Offset;
}

/// <summary>Cuts calls between grains off, before or after they were carried out, as a process does that ends there.</summary>
public sealed class GrainCallInterrupter : IIncomingGrainCallFilter
{
    /// <summary>The name of the method whose calls are cut off; null for none.</summary>
    public string? Method { get; set; }

    /// <summary>Whether what was called is carried out first.</summary>
    public bool AfterCall { get; set; }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var cut = context.MethodName == Method;
        if (!cut || AfterCall)
            await context.Invoke();
        if (cut)
            throw new IOException("Cut off.");
    }
}
