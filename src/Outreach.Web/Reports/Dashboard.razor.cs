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
/// The live figures of a period. The period and the site are in the URL, so that a view can be saved and shared. Without a period in
/// the URL, the page shows the last 30 days, or all time if those are empty.
/// </summary>
public sealed partial class Dashboard : IDisposable
{
    /// <summary>The maximum number of held encounters to show. More are only counted.</summary>
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
    private string? siteId;
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

    [Inject] private UnsettledCount Waiting { get; set; } = null!;

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
        siteId = string.IsNullOrEmpty(SiteText) ? null : SiteText;
        today = SiteToday();
        StartWatching(OverviewFilter.FromQueryParameters(PeriodText, FromText, ToText, SiteText, today));
    }

    /// <summary>The filter of the figures on the screen. Before any are loaded, the requested filter.</summary>
    private OverviewFilter DisplayedFilter => loadedFilter ?? filter;

    /// <summary>Today in the time zone of the selected site, or the latest today of all sites; until those are loaded, the browser's.</summary>
    private DateOnly SiteToday() => names.DayAt(siteId, Time.GetUtcNow());

    private void NavigateTo(OverviewFilter next) => Navigation.NavigateTo(next.ToQueryString());

    private void Retry()
    {
        if (watch.Connection is ConnectionState.Refused)
            StartWatching(filter);
        else
            watch.TryNow();
    }

    /// <summary>Watches another filter instead. The previous figures stay on the screen until the new ones arrive.</summary>
    private void StartWatching(OverviewFilter next)
    {
        watchCancellation.Cancel();
        watchCancellation = new CancellationTokenSource();
        filter = next;
        loadedHeldCount = null;
        var cancel = watchCancellation.Token;
        watch = new OverviewWatch(next, OpenStream, Time, () => OnWatchChanged(cancel));
        _ = watch.RunAsync(cancel);
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

    private void OnWatchChanged(CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            return;
        AnnounceConnection();
        if (watch.Snapshot.IsLoaded)
            ShowSnapshot(cancel);
        else if (watch.Connection is ConnectionState.Connecting or ConnectionState.Refused)
            (displayedSnapshot, held) = (new OverviewSnapshot(), []);
        StateHasChanged();
    }

    private void AnnounceConnection()
    {
        var live = watch.Connection is ConnectionState.Live;
        if (live != wasLive && watch.Connection is not ConnectionState.Connecting)
            Notices.Announce(live ? "Figures are live" : "Figures are not updated: the server cannot be reached");
        wasLive = live;
    }

    private void ShowSnapshot(CancellationToken cancel)
    {
        if (!periodWasChosen && watch.Snapshot.HasNoRows && filter.Period.Kind != PeriodKind.All)
        {
            StartWatching(filter with { Period = Period.All });
            return;
        }

        if (SiteToday() != today)
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
        _ = LoadHeldAsync(cancel);
    }

    /// <summary>Loads the names if a site or product on the screen has none, at most every ten seconds.</summary>
    private async Task LoadNamesAsync()
    {
        var allKnown = namesLoadedAt != default
            && displayedSnapshot.Rows.All(r => r.SiteId.Length == 0 || names.KnowsSite(r.SiteId))
            && displayedSnapshot.Shelves.All(s => names.KnowsProduct(s.ProductId));
        if (allKnown || loadingNames || Time.GetUtcNow() - namesLoadedAt < TimeSpan.FromSeconds(10))
            return;
        loadingNames = true;
        try
        {
            names = await NamesClient.GetNamesAsync(CancellationToken.None);
            namesLoadedAt = Time.GetUtcNow();
            if (SiteToday() != today)
                OnParametersSet();
            StateHasChanged();
        }
        catch (RpcException)
        {
            // The screen shows ids until the next attempt.
        }
        finally
        {
            loadingNames = false;
        }
    }

    /// <summary>Loads the held encounters if their number has changed and the user may read them. The server audits every read.</summary>
    private async Task LoadHeldAsync(CancellationToken cancel)
    {
        var count = displayedSnapshot.HeldOpen;
        if (count == loadedHeldCount)
            return;
        loadedHeldCount = count;
        try
        {
            var loaded = count == 0 || !User.CanReadHeldEncounters(filter.SiteId) ? [] : await ListHeldAsync(cancel);
            if (cancel.IsCancellationRequested)
                return;
            held = loaded;
            StateHasChanged();
        }
        catch (RpcException)
        {
            loadedHeldCount = null;
        }
    }

    private async Task<IReadOnlyList<HeldEncounter>> ListHeldAsync(CancellationToken cancel)
    {
        var request = new ListHeldEncountersRequest { PageSize = MaxHeldShown, SiteId = filter.SiteId ?? "" };
        return (await Encounters.ListHeldEncountersAsync(request, cancellationToken: cancel)).HeldEncounters;
    }
}
