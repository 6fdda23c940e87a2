using Grpc.Core;
using Microsoft.AspNetCore.Components;
using Outreach.Protocol.Reports.V1;
using Outreach.Protocol.Encounters.V1;
using Outreach.Web.Access;

namespace Outreach.Web.Reports;

/// <summary>
/// The one screen: figures of a period as they change. What is asked stands in the address, so that it can be kept and sent;
/// without an address it is the last 30 days, or everything where those are empty.
/// </summary>
public sealed partial class Dashboard : IDisposable
{
    private Ask ask = new(Period.All, null);
    private OverviewWatch watch = null!;
    private CancellationTokenSource running = new();
    private Picture shown = new();
    private Ask? answered;
    private Timeline timeline = new(Span.Day, []);
    private Names names = Names.None;
    private IReadOnlyList<HeldEncounter> held = [];
    private Measure measure = Measure.People;
    private ToSettle? settle;
    private DateOnly today;
    private bool chosen;
    private bool readingNames;
    private DateTimeOffset namesRead;
    private long? heldRead;

    [Inject] private OverviewService.OverviewServiceClient Client { get; set; } = null!;

    [Inject] private Books Books { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [CascadingParameter] private Who Who { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "period")] private string? PeriodText { get; set; }

    [SupplyParameterFromQuery(Name = "from")] private string? FromText { get; set; }

    [SupplyParameterFromQuery(Name = "to")] private string? ToText { get; set; }

    [SupplyParameterFromQuery(Name = "site")] private string? SiteText { get; set; }

    /// <inheritdoc />
    public void Dispose() => running.Cancel();

    /// <inheritdoc />
    protected override void OnParametersSet()
    {
        chosen = PeriodText is not null || FromText is not null || ToText is not null;
        today = DateOnly.FromDateTime(Time.GetLocalNow().DateTime);
        Follow(Ask.FromAddress(PeriodText, FromText, ToText, SiteText, today));
    }

    /// <summary>What the figures on the screen answer; before there are any, what was asked.</summary>
    private Ask Shown => answered ?? ask;

    private void Go(Ask next) => Navigation.NavigateTo(next.ToAddress());

    private void Retry()
    {
        if (watch.Link is Link.Refused)
            Follow(ask);
        else
            watch.TryNow();
    }

    /// <summary>Leaves what was followed and follows something else; what was shown stays until its first state is in.</summary>
    private void Follow(Ask next)
    {
        running.Cancel();
        running = new CancellationTokenSource();
        ask = next;
        heldRead = null;
        var following = running.Token;
        watch = new OverviewWatch(next, Open, Time, () => Show(following));
        _ = watch.RunAsync(following);
    }

    private AsyncServerStreamingCall<WatchOverviewResponse> Open(WatchOverviewRequest request, CancellationToken cancel)
    {
        if (Who.FiguresFrom.Count > 0)
        {
            request.Query.OrganizationIds.Add(Who.FiguresFrom);
            request.Query.SiteIds.Clear();
            request.Query.BySite = false;
        }

        return Client.WatchOverview(request, cancellationToken: cancel);
    }

    private void Show(CancellationToken following)
    {
        if (following.IsCancellationRequested)
            return;
        if (watch.Picture.Complete)
            ShowPicture(following);
        else if (watch.Link is Link.Connecting or Link.Refused)
            (shown, held) = (new Picture(), []);
        StateHasChanged();
    }

    private void ShowPicture(CancellationToken following)
    {
        if (!chosen && watch.Picture.NothingCounted && ask.Period.Kind != PeriodKind.All)
        {
            Follow(ask with { Period = Period.All });
            return;
        }

        if (DateOnly.FromDateTime(Time.GetLocalNow().DateTime) != today)
        {
            OnParametersSet();
            return;
        }

        shown = watch.Picture;
        answered = ask;
        timeline = Timeline.Of(shown, ask.Period, today);
        _ = ReadNamesAsync();
        _ = ReadHeldAsync(following);
    }

    /// <summary>Reads the names when something is shown that has none, at most every ten seconds.</summary>
    private async Task ReadNamesAsync()
    {
        var known = namesRead != default
            && shown.Rows.All(r => r.SiteId.Length == 0 || names.KnowsSite(r.SiteId))
            && shown.Shelves.All(s => names.KnowsProduct(s.ProductId));
        if (known || readingNames || Time.GetUtcNow() - namesRead < TimeSpan.FromSeconds(10))
            return;
        readingNames = true;
        try
        {
            names = await Books.NamesAsync(CancellationToken.None);
            namesRead = Time.GetUtcNow();
            StateHasChanged();
        }
        catch (RpcException)
        {
            // Ids stand in for names until the next change.
        }
        finally
        {
            readingNames = false;
        }
    }

    /// <summary>Reads the waiting records again when their number has changed, for those who may: every reading is recorded.</summary>
    private async Task ReadHeldAsync(CancellationToken following)
    {
        var open = shown.HeldOpen;
        if (open == heldRead)
            return;
        heldRead = open;
        try
        {
            var found = open == 0 || !Who.SeesWaiting(ask.SiteId) ? [] : await Books.HeldAsync(ask.SiteId, following);
            if (following.IsCancellationRequested)
                return;
            held = found;
            StateHasChanged();
        }
        catch (RpcException)
        {
            heldRead = null;
        }
    }
}
