using NodaTime;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Rpc;

namespace Outreach.Server.Access;

/// <summary>The filter of audit entries.</summary>
/// <param name="Sql">Conditions on the view, each beginning with AND.</param>
/// <param name="Parameters">The parameters of the conditions.</param>
/// <param name="From">Only entries at or after this time; null for all.</param>
/// <param name="To">Only entries before this time; null for all.</param>
/// <param name="Subject">Only entries with this subject; empty for all.</param>
internal sealed record AuditConditions(string Sql, (string Name, object Value)[] Parameters, Instant? From, Instant? To, string Subject)
{
    /// <summary>True if an entry meets the conditions for which the view has no column.</summary>
    public bool Matches(AuditDocument entry) =>
        (From is not { } from || entry.RecordedAt >= from)
        && (To is not { } to || entry.RecordedAt < to)
        && (Subject.Length == 0 || entry.Entry.Subjects.Contains(Subject));
}

/// <summary>A parsed request for entries.</summary>
internal sealed record AuditEntryFilter(string TokenScope, PageRequest Page, OrganizationId Organization, AuditConditions Conditions)
{
    private const int MaxTextLength = 200;

    /// <summary>The page has only entries with lower numbers than this, the last number of the previous page.</summary>
    public long Before => Page.After is { } after && FieldParser.TryParseNumber(after[0], out var number) ? number : long.MaxValue;

    /// <exception cref="InvalidRequestException">A field is malformed.</exception>
    public static AuditEntryFilter Parse(ListAuditEntriesRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var (conditions, organization) = Parse(request.Filter, own, violations);
        var list = $"audit {organization} {request.Filter}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new AuditEntryFilter(list, page, organization, conditions);
    }

    /// <exception cref="InvalidRequestException">A field is malformed.</exception>
    public static (AuditConditions Filter, OrganizationId Organization, long After) Parse(ExportAuditEntriesRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var (conditions, organization) = Parse(request.Filter, own, violations);
        var after = FieldParser.ParseAfter(request.AfterNumber, "after_number", violations);
        violations.ThrowIfAny();
        return (conditions, organization, after);
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
                violations.Add("filter." + column, FieldErrors.TooLong(MaxTextLength, value.Length));
            sql += $" AND {column} = @{column}";
            parameters.Add(("@" + column, value));
        }

        if (filter.Kind != AuditKind.Unspecified)
        {
            if (ToStoredKind(filter.Kind) is not { } kind)
                violations.Add("filter.kind", FieldErrors.UnknownValue((int)filter.Kind));
            else
                (sql, parameters) = (sql + " AND kind = @kind", [.. parameters, ("@kind", kind)]);
        }

        var from = FieldParser.ParseOptionalInstant(filter.From, "filter.from", violations);
        var to = FieldParser.ParseOptionalInstant(filter.To, "filter.to", violations);
        return (new AuditConditions(sql, [.. parameters], from, to, filter.Subject), organization);
    }

    private static string? ToStoredKind(AuditKind kind) => kind switch
    {
        AuditKind.Read => nameof(AuditEvent.Looked),
        AuditKind.Action => nameof(AuditEvent.Acted),
        AuditKind.FailedSignIn => nameof(AuditEvent.Attempted),
        _ => null,
    };
}
