using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Access;

/// <summary>The record of looks and acts over gRPC.</summary>
internal sealed class AuditService(ILedger ledger, OrganizationCache organizations) : Protocol.Access.V1.AuditService.AuditServiceBase
{
    private const int EntriesPerResponse = 1_000;

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Look)]
    public override async Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context)
    {
        var asked = AuditEntryFilter.Parse(request, context.GetCaller().Organization);
        await organizations.RequireVisibleAsync(asked.Organization, context.GetCaller(), context.CancellationToken);
        var entries = await AuditQueries.ReadAsync(ledger, asked.Conditions, asked.Before, upwards: false, asked.Page.Size + 1, context.CancellationToken);
        var response = new ListAuditEntriesResponse();
        response.Entries.AddRange(entries.Take(asked.Page.Size));
        if (entries.Count > asked.Page.Size)
            response.NextPageToken = Paging.CreateToken(asked.TokenScope, response.Entries[^1].Number.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Look)]
    public override async Task ExportAuditEntries(
        ExportAuditEntriesRequest request, IServerStreamWriter<ExportAuditEntriesResponse> responseStream, ServerCallContext context)
    {
        var (filter, organization, after) = AuditEntryFilter.Parse(request, context.GetCaller().Organization);
        await organizations.RequireVisibleAsync(organization, context.GetCaller(), context.CancellationToken);
        while (true)
        {
            var entries = await AuditQueries.ReadAsync(ledger, filter, after, upwards: true, EntriesPerResponse, context.CancellationToken);
            if (entries.Count == 0)
                return;
            var response = new ExportAuditEntriesResponse();
            response.Entries.AddRange(entries);
            await responseStream.WriteAsync(response, context.CancellationToken);
            after = entries[^1].Number;
        }
    }
}

/// <summary>Which entries are asked for, as conditions on the view.</summary>
/// <param name="Sql">Conditions, each beginning with AND.</param>
/// <param name="Parameters">Their values.</param>
/// <param name="From">Only at or after this; null for no bound.</param>
/// <param name="To">Only before this; null for no bound.</param>
/// <param name="Subject">Only about this; empty for all.</param>
internal sealed record AuditConditions(string Sql, (string Name, object Value)[] Parameters, Instant? From, Instant? To, string Subject)
{
    /// <summary>Whether an entry is asked for, as far as the view's columns cannot tell.</summary>
    public bool Matches(AuditDocument entry) =>
        (From is not { } from || entry.RecordedAt >= from)
        && (To is not { } to || entry.RecordedAt < to)
        && (Subject.Length == 0 || entry.Entry.Subjects.Contains(Subject));
}

/// <summary>A page of entries that is asked for.</summary>
internal sealed record AuditEntryFilter(string TokenScope, PageRequest Page, OrganizationId Organization, AuditConditions Conditions)
{
    private const int MaxTextLength = 200;

    /// <summary>The number below which to begin.</summary>
    public long Before => Page.After is { } after && long.TryParse(after[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static AuditEntryFilter Parse(ListAuditEntriesRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var (conditions, organization) = Parse(request.Filter, own, violations);
        var list = $"audit {organization} {request.Filter}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new AuditEntryFilter(list, page, organization, conditions);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (AuditConditions Filter, OrganizationId Organization, long After) Parse(ExportAuditEntriesRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var (conditions, organization) = Parse(request.Filter, own, violations);
        if (request.AfterNumber < 0)
            violations.Add("after_number", $"is from 0; this is {request.AfterNumber}.");
        violations.ThrowIfAny();
        return (conditions, organization, request.AfterNumber);
    }

    private static (AuditConditions Filter, OrganizationId Organization) Parse(AuditFilter? filter, OrganizationId own, Violations violations)
    {
        filter ??= new AuditFilter();
        var organization = AccessWire.ParseOrganization(filter.OrganizationId, "filter.organization_id", own, violations);
        var sql = " AND organization_id = @organization";
        List<(string, object)> parameters = [("@organization", organization.Value)];
        foreach (var (column, value) in new[] { ("person_id", filter.PersonId), ("device_id", filter.DeviceId), ("method", filter.Method) })
        {
            if (value.Length == 0)
                continue;
            if (value.Length > MaxTextLength)
                violations.Add("filter." + column, $"has at most {MaxTextLength} characters; this has {value.Length}.");
            sql += $" AND {column} = @{column}";
            parameters.Add(("@" + column, value));
        }

        if (filter.Kind != AuditKind.Unspecified)
        {
            if (ToStoredKind(filter.Kind) is not { } kind)
                violations.Add("filter.kind", $"is one of those that are listed; this is {(int)filter.Kind}.");
            else
                (sql, parameters) = (sql + " AND kind = @kind", [.. parameters, ("@kind", kind)]);
        }

        var from = WireTime.Parse("filter.from", filter.From, violations);
        var to = WireTime.Parse("filter.to", filter.To, violations);
        return (new AuditConditions(sql, [.. parameters], from, to, filter.Subject), organization);
    }

    private static string? ToStoredKind(AuditKind kind) => kind switch
    {
        AuditKind.Look => nameof(AuditEvent.Looked),
        AuditKind.Act => nameof(AuditEvent.Acted),
        AuditKind.Attempt => nameof(AuditEvent.Attempted),
        _ => null,
    };
}

/// <summary>Reads audit entries from the view.</summary>
internal static class AuditQueries
{
    /// <summary>Rows that are looked at together.</summary>
    private const int PageSize = 1_000;

    /// <summary>Entries beyond a number, at most so many.</summary>
    public static async Task<List<AuditEntry>> ReadAsync(
        ILedger ledger, AuditConditions asked, long beyond, bool upwards, int most, CancellationToken cancel)
    {
        var found = new List<AuditEntry>();
        await using var views = await ledger.OpenViewsAsync(cancel);
        while (true)
        {
            var rows = 0;
            await using var query = views.CreateCommand(
                $"SELECT organization_id, number, doc FROM audit WHERE number {(upwards ? ">" : "<")} @beyond{asked.Sql} "
                + $"ORDER BY number {(upwards ? "" : "DESC")} LIMIT @most",
                [("@beyond", AuditStreamDefinition.FormatKey(beyond)), ("@most", (long)PageSize), .. asked.Parameters]);
            await using var reader = await query.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                rows++;
                beyond = long.Parse(reader.GetString(1), CultureInfo.InvariantCulture);
                var document = JsonSerializer.Deserialize(reader.GetString(2), AccessJson.AuditEntryDocument)!;
                if (asked.Matches(document))
                    found.Add(ToWire(reader.GetString(0), beyond, document));
                if (found.Count == most)
                    return found;
            }

            if (rows < PageSize)
                return found;
        }
    }

    private static AuditEntry ToWire(string organization, long number, AuditDocument document)
    {
        var entry = document.Entry;
        var wire = new AuditEntry
        {
            OrganizationId = organization,
            Number = number,
            Time = Timestamp.FromDateTime(document.RecordedAt.ToDateTimeUtc()),
            Kind = entry switch
            {
                AuditEvent.Looked => AuditKind.Look,
                AuditEvent.Acted => AuditKind.Act,
                _ => AuditKind.Attempt,
            },
            PersonId = entry.Person,
            DeviceId = entry.Device,
            Method = entry.Method,
            Reason = entry.Reason,
        };
        wire.Subjects.AddRange(entry.Subjects);
        return wire;
    }
}
