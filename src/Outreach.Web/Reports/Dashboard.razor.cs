using Grpc.Core;
using Microsoft.AspNetCore.Components;
using Outreach.Protocol.Encounters.V1;
using Outreach.Protocol.Reports.V1;
using Outreach.Web.Shell.Connection;
using Outreach.Web.Shell.Kit;
using Outreach.Web.Shell.Layout;
using Outreach.Web.Shell.Names;
using Outreach.Web.Shell.Sessions;

namespace Outreach.Web.Reports;

/// <summary>
/// The figures of a period as they change. The period and the site are in the address, so that a view can be kept and sent. Without
/// them it is the last 30 days, or all time where those are empty.
/// </summary>
public sealed partial class Dashboard : IDisposable
{
    /// <summary>How many waiting records are shown; more are only counted.</summary>
    private const int MaxHeldShown = 20;

    private OverviewFilter filter = new(Period.All, null);
    private OverviewWatch watch = null!;
    private CancellationTokenSource watchCancellation = new();
    private OverviewSnapshot displayedSnapshot = new();
    private OverviewFilter? loadedFilter;
    private Timeline timeline = new(Span.Day, []);
    private DisplayNames names = DisplayNames.Empty;
    private IReadOnlyList<HeldEncounter> held = [];
    private Metric metric = Metric.People;
    private AttentionPanel? attentionPanel;
    private DateOnly today;
    private bool periodWasChosen;
    private bool loadingNames;
    private DateTimeOffset namesLoadedAt;
    private long? loadedHeldCount;
    private bool wasLive;

    [Inject] private OverviewService.OverviewServiceClient Client { get; set; } = null!;

    [Inject] private EncounterService.EncounterServiceClient Encounters { get; set; } = null!;

    [Inject] private NamesClient NamesClient { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private Notices Notices { get; set; } = null!;

    [Inject] private WaitingCount Waiting { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [CascadingParameter] private CurrentUser User { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "period")] private string? PeriodText { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? FromText { get; set; }

    [SupplyParameterFromQuery(Name = "to")] private string? ToText { get; set; }

    [SupplyParameterFromQuery(Name = "site")] private string? SiteText { get; set; }

    /// <inheritdoc />
    public void Dispose() => watchCancellation.Cancel();

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        periodWasChosen = PeriodText is not null || FromText is not null || ToText is not null;
        today = DateOnly.FromDateTime(Time.GetLocalNow().DateTime);
        StartWatching(OverviewFilter.FromQueryParameters(PeriodText, FromText, ToText, SiteText, today));
    }

    /// <summary>What the figures on the screen answer; before there are any, what was asked.</summary>
    private OverviewFilter DisplayedFilter => loadedFilter ?? filter;

    private void NavigateTo(OverviewFilter next) => Navigation.NavigateTo(next.ToQueryString());

    private void Retry()
    {
        if (watch.Connection is ConnectionState.Refused)
            StartWatching(filter);
        else
            watch.TryNow();
    }

    /// <summary>Leaves what was followed and follows something else; what was shown stays until its first state is in.</summary>
    private void StartWatching(OverviewFilter next)
    {
        watchCancellation.Cancel();
        watchCancellation = new CancellationTokenSource();
        filter = next;
        loadedHeldCount = null;
        var following = watchCancellation.Token;
        watch = new OverviewWatch(next, OpenStream, Time, () => OnWatchChanged(following));
        _ = watch.RunAsync(following);
    }

    private AsyncServerStreamingCall<WatchOverviewResponse> OpenStream(WatchOverviewRequest request, CancellationToken cancel)
    {
        if (User.FiguresFrom.Count > 0)
        {
            request.Query.OrganizationIds.Add(User.FiguresFrom);
            request.Query.SiteIds.Clear();
            request.Query.BySite = false;
        }

        return Client.WatchOverview(request, cancellationToken: cancel);
    }

    private void OnWatchChanged(CancellationToken following)
    {
        if (following.IsCancellationRequested)
            return;
        AnnounceConnection();
        if (watch.Snapshot.IsLoaded)
            ShowSnapshot(following);
        else if (watch.Connection is ConnectionState.Connecting or ConnectionState.Refused)
            (displayedSnapshot, held) = (new OverviewSnapshot(), []);
        StateHasChanged();
    }

    private void AnnounceConnection()
    {
        var live = watch.Connection is ConnectionState.Live;
        if (live != wasLive && watch.Connection is not ConnectionState.Connecting)
            Notices.Announce(live ? "Figures are live" : "Figures have stopped: no connection to the server");
        wasLive = live;
    }

    private void ShowSnapshot(CancellationToken following)
    {
        if (!periodWasChosen && watch.Snapshot.HasNoRows && filter.Period.Kind != PeriodKind.All)
        {
            StartWatching(filter with { Period = Period.All });
            return;
        }

        if (DateOnly.FromDateTime(Time.GetLocalNow().DateTime) != today)
        {
            OnParametersSet();
            return;
        }

        displayedSnapshot = watch.Snapshot;
        loadedFilter = filter;
        if (filter.SiteId is null && User.FiguresFrom.Count == 0)
            Waiting.Set(displayedSnapshot.HeldOpen, displayedSnapshot.ShortfallsOpen);
        timeline = Timeline.Of(displayedSnapshot, filter.Period, today);
        _ = LoadNamesAsync();
        _ = LoadHeldAsync(following);
    }

    /// <summary>Reads the names when something is shown that has none, at most every ten seconds.</summary>
    private async Task LoadNamesAsync()
    {
        var known = namesLoadedAt != default
            && displayedSnapshot.Rows.All(r => r.SiteId.Length == 0 || names.KnowsSite(r.SiteId))
            && displayedSnapshot.Shelves.All(s => names.KnowsProduct(s.ProductId));
        if (known || loadingNames || Time.GetUtcNow() - namesLoadedAt < TimeSpan.FromSeconds(10))
            return;
        loadingNames = true;
        try
        {
            names = await NamesClient.GetNamesAsync(CancellationToken.None);
            namesLoadedAt = Time.GetUtcNow();
            StateHasChanged();
        }
        catch (RpcException)
        {
            // Ids stand in for names until the next change.
        }
        finally
        {
            loadingNames = false;
        }
    }

    /// <summary>Reads the waiting records again when their number has changed, for those who may: every reading is recorded.</summary>
    private async Task LoadHeldAsync(CancellationToken following)
    {
        var open = displayedSnapshot.HeldOpen;
        if (open == loadedHeldCount)
            return;
        loadedHeldCount = open;
        try
        {
            var found = open == 0 || !User.CanReadHeldRecords(filter.SiteId) ? [] : await ListHeldAsync(following);
            if (following.IsCancellationRequested)
                return;
            held = found;
            StateHasChanged();
        }
        catch (RpcException)
        {
            loadedHeldCount = null;
        }
    }

    private async Task<IReadOnlyList<HeldEncounter>> ListHeldAsync(CancellationToken following)
    {
        var request = new ListHeldEncountersRequest { PageSize = MaxHeldShown, SiteId = filter.SiteId ?? "" };
        return (await Encounters.ListHeldEncountersAsync(request, cancellationToken: following)).HeldEncounters;
    }
}
