using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording.Settings;

/// <summary>The view of one kind of settings: a document for each id, with columns to filter lists by.</summary>
/// <param name="name">The table's name.</param>
/// <param name="key">The name of the column with the id.</param>
/// <param name="json">How a document is stored.</param>
/// <param name="columns">Names of the columns, and the value that settings have in each.</param>
public sealed class SettingsView<T>(string name, string key, JsonTypeInfo<Versioned<T>> json, params IReadOnlyList<(string Name, Func<T, string> Get)> columns)
    where T : class, ISettings
{
    /// <summary>The table.</summary>
    public DocumentView Table { get; } = new(name, [key], [.. columns.Select(column => column.Name)]);

    /// <summary>Writes the document of the settings.</summary>
    public void Set(Versioned<T> settings, Effects effects) => effects.Set(
        Table, new RowKey(settings.Value.GetId()), JsonSerializer.Serialize(settings, json), [.. columns.Select(column => column.Get(settings.Value))]);

    /// <summary>The settings with an id; null if there are none.</summary>
    public async Task<Versioned<T>?> FindAsync(ILedger ledger, string id, CancellationToken cancel) =>
        Slug.IsValid(id) && await DocumentQueries.FindAsync(ledger, Table, id, cancel) is { } document ? Deserialize(document) : null;

    /// <summary>A page of settings, in the order of their ids.</summary>
    internal async Task<SettingsPage<T>> ListAsync(ILedger ledger, SettingsFilter filter, CancellationToken cancel)
    {
        var (size, after) = (filter.Page.Size, filter.Page.After?[0]);
        var documents = await DocumentQueries.ListAsync(ledger, Table, after, size + 1, filter.Columns, cancel, filter.Contains, filter.Ids);
        var items = documents.Take(size).Select(Deserialize).ToList();
        return new SettingsPage<T>(items, documents.Count > size ? Paging.CreateToken(filter.TokenScope, items[^1].Value.GetId()) : "");
    }

    private Versioned<T> Deserialize(string document) => JsonSerializer.Deserialize(document, json)!;
}

/// <summary>The filter of a list of settings.</summary>
/// <param name="TokenScope">The list and its filters as text, for the token of the next page.</param>
/// <param name="Page">The requested page.</param>
/// <param name="Columns">Values that columns must have; a null value is not a condition.</param>
/// <param name="Contains">A text that the document must contain; empty for none. Has no <c>%</c> or <c>_</c>.</param>
/// <param name="Ids">Only settings with these ids; null for all.</param>
internal sealed record SettingsFilter(
    string TokenScope, PageRequest Page, (string Column, string? Value)[] Columns, string Contains = "", IReadOnlySet<string>? Ids = null);

/// <summary>A page of a list.</summary>
/// <param name="Items">The settings on it.</param>
/// <param name="NextPageToken">Where the next page begins; empty if this is the last.</param>
internal sealed record SettingsPage<T>(IReadOnlyList<Versioned<T>> Items, string NextPageToken)
    where T : class, ISettings;
