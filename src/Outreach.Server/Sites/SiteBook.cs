using Outreach.Domain;
using Outreach.Domain.Sites;
using Outreach.Server.Ledger;

namespace Outreach.Server.Sites;

/// <inheritdoc cref="ISiteBook"/>
internal sealed class SiteBook(ILedger ledger, ILogger<SiteBook> log) : Book<Site>(ledger, Stream, Most, log), ISiteBook
{
    private const string Stream = "site/";

    /// <summary>The most sites at hand, at up to some kilobytes each.</summary>
    private const int Most = 20_000;

    private readonly ILedger ledger = ledger;

    protected override async Task<Site?> ReadAsync(string id, CancellationToken cancel) =>
        ChosenId.IsValid(id) ? (await SiteView.FindAsync(ledger, id, cancel))?.Site : null;

    protected override Task<IReadOnlyList<string>> ChangedAsync(CommittedAppend append, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<string>>([append.Stream[Stream.Length..]]);
}
