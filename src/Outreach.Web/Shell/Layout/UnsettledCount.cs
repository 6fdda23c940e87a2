using Outreach.Protocol.Reports.V1;

namespace Outreach.Web.Shell.Layout;

/// <summary>How much waits for a person to settle, as the navigation and the page that lists it show it.</summary>
public sealed class UnsettledCount(OverviewService.OverviewServiceClient overview)
{
    /// <summary>A day on which nothing happens: what waits is counted whatever the period.</summary>
    private const string EmptyDay = "9000-01-01";

    /// <summary>Records that wait.</summary>
    public long Held { get; private set; }

    /// <summary>Sites and products with an open shortfall.</summary>
    public long Shortfalls { get; private set; }

    /// <summary>Both together.</summary>
    public long Total => Held + Shortfalls;

    /// <summary>Raised when a number has changed.</summary>
    public event Action? Changed;

    /// <summary>Takes numbers that were read.</summary>
    public void Set(long held, long shortfalls)
    {
        if ((held, shortfalls) == (Held, Shortfalls))
            return;
        (Held, Shortfalls) = (held, shortfalls);
        Changed?.Invoke();
    }

    /// <summary>Reads the numbers again.</summary>
    /// <exception cref="Grpc.Core.RpcException">The server cannot be reached or refused.</exception>
    public async Task RefreshAsync()
    {
        var request = new GetOverviewRequest { Query = new OverviewQuery { FromDay = EmptyDay, ToDay = EmptyDay } };
        var now = (await overview.GetOverviewAsync(request)).Overview;
        Set(now.HeldOpen, now.ShortfallsOpen);
    }
}
