using System.Globalization;
using System.Text.Json;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Recording;

namespace Outreach.Server.Access;

/// <summary>Reads audit entries from the view.</summary>
internal static class AuditQueries
{
    /// <summary>Rows read by one statement.</summary>
    private const int PageSize = 1_000;

    /// <summary>At most <paramref name="limit"/> entries with numbers above <paramref name="after"/> in ascending order, or below it in descending order.</summary>
    public static async Task<List<AuditEntry>> ReadAsync(
        ILedger ledger, AuditConditions conditions, long after, bool ascending, int limit, CancellationToken cancel)
    {
        var found = new List<AuditEntry>();
        await using var views = await ledger.OpenViewsAsync(cancel);
        while (true)
        {
            var rows = 0;
            await using var query = views.CreateCommand(
                $"SELECT organization_id, number, doc FROM audit WHERE number {(ascending ? ">" : "<")} @after{conditions.Sql} "
                + $"ORDER BY number {(ascending ? "" : "DESC")} LIMIT @limit",
                [("@after", AuditStreamDefinition.FormatKey(after)), ("@limit", (long)PageSize), .. conditions.Parameters]);
            await using var reader = await query.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                rows++;
                after = long.Parse(reader.GetString(1), CultureInfo.InvariantCulture);
                var document = JsonSerializer.Deserialize(reader.GetString(2), AccessJson.AuditEntryDocument)!;
                if (conditions.Matches(document))
                    found.Add(ToWire(reader.GetString(0), after, document));
                if (found.Count == limit)
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
            Time = WireTime.ToWire(document.RecordedAt),
            Kind = entry switch
            {
                AuditEvent.Looked => AuditKind.Read,
                AuditEvent.Acted => AuditKind.Action,
                _ => AuditKind.FailedSignIn,
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
