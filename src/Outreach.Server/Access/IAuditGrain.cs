using Orleans.Concurrency;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>The single writer of one organization's audit log; its key is the organization's id.</summary>
[Alias("outreach.audit")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>Adds an entry, and returns when it is durable.</summary>
    [Alias("record"), AlwaysInterleave]
    Task RecordAsync(AuditEvent entry);
}
