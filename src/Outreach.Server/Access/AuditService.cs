using System.Globalization;
using Grpc.Core;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Access;

/// <summary>Shows an organization's audit log to its administrators.</summary>
internal sealed class AuditService(ILedger ledger, OrganizationCache organizations) : Protocol.Access.V1.AuditService.AuditServiceBase
{
    private const int EntriesPerResponse = 1_000;

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Read)]
    public override async Task<ListAuditEntriesResponse> ListAuditEntries(ListAuditEntriesRequest request, ServerCallContext context)
    {
        var filter = AuditEntryFilter.Parse(request, context.GetCaller().Organization);
        await organizations.RequireVisibleAsync(filter.Organization, context.GetCaller(), context.CancellationToken);
        var entries = await AuditQueries.ReadAsync(ledger, filter.Conditions, filter.Before, ascending: false, filter.Page.Size + 1, context.CancellationToken);
        var response = new ListAuditEntriesResponse();
        response.Entries.AddRange(entries.Take(filter.Page.Size));
        if (entries.Count > filter.Page.Size)
            response.NextPageToken = Paging.CreateToken(filter.TokenScope, response.Entries[^1].Number.ToString(CultureInfo.InvariantCulture));
        return response;
    }

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Read)]
    public override async Task ExportAuditEntries(
        ExportAuditEntriesRequest request, IServerStreamWriter<ExportAuditEntriesResponse> responseStream, ServerCallContext context)
    {
        var (filter, organization, after) = AuditEntryFilter.Parse(request, context.GetCaller().Organization);
        await organizations.RequireVisibleAsync(organization, context.GetCaller(), context.CancellationToken);
        while (true)
        {
            var entries = await AuditQueries.ReadAsync(ledger, filter, after, ascending: true, EntriesPerResponse, context.CancellationToken);
            if (entries.Count == 0)
                return;
            var response = new ExportAuditEntriesResponse();
            response.Entries.AddRange(entries);
            await responseStream.WriteAsync(response, context.CancellationToken);
            after = entries[^1].Number;
        }
    }
}
