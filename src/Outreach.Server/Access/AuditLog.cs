using Google.Protobuf;
using Grpc.Core;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>Writes the audit log. An entry is durable before its call is answered.</summary>
internal sealed class AuditLog(IGrainFactory grains)
{
    /// <summary>Records a call.</summary>
    /// <param name="kind">The kind of entry.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="method">The method's path, with or without the slash before it.</param>
    /// <param name="request">The request; null for a stream of them.</param>
    /// <param name="refusal">Why the call was not authorized; null if it was.</param>
    public Task RecordAsync(AuditKind kind, Caller caller, string method, IMessage? request, Refusal? refusal) =>
        RecordAsync(caller.Organization, CreateEntry(kind, caller, method, request, refusal));

    /// <summary>Records an act on another organization in that organization's log too.</summary>
    /// <param name="context">The call.</param>
    /// <param name="organization">The organization that is acted on.</param>
    /// <param name="request">The request.</param>
    public async Task RecordForOrganizationAsync(ServerCallContext context, OrganizationId organization, IMessage request)
    {
        var caller = context.GetCaller();
        if (organization == caller.Organization)
            return;
        await RecordAsync(organization, CreateEntry(AuditKind.Action, caller, context.Method, request, null));
    }

    /// <summary>Records a failed attempt to sign in.</summary>
    /// <param name="organization">The organization whose log has the entry.</param>
    /// <param name="person">The device's owner; empty if not known.</param>
    /// <param name="device">The device; empty if not known.</param>
    /// <param name="method">The method's path.</param>
    /// <param name="address">The hash of the caller's address.</param>
    /// <param name="reason">Why it failed.</param>
    public Task RecordAttemptAsync(OrganizationId organization, string person, string device, string method, string address, string reason) =>
        RecordAsync(organization, new AuditEvent.Attempted(person, device, TrimMethod(method), [$"address={address}"], reason));

    private async Task RecordAsync(OrganizationId organization, AuditEvent entry)
    {
        var grain = grains.GetGrain<IAuditGrain>(organization.Value);
        try
        {
            await grain.RecordAsync(entry);
        }
        catch (Ledger.StaleJournalException)
        {
            // Another server appended first; the grain has reloaded its state.
            await grain.RecordAsync(entry);
        }
    }

    private static AuditEvent CreateEntry(AuditKind kind, Caller caller, string method, IMessage? request, Refusal? refusal)
    {
        var (who, device) = (caller.Person.Id.Value, caller.Device?.Value ?? "");
        var subjects = GetSubjects(request, refusal);
        var reason = request is null ? "" : RequestFields.GetReason(request);
        return kind == AuditKind.Read
            ? new AuditEvent.Looked(who, device, TrimMethod(method), subjects, reason)
            : new AuditEvent.Acted(who, device, TrimMethod(method), subjects, reason);
    }

    private static EquatableList<string> GetSubjects(IMessage? request, Refusal? refusal)
    {
        var subjects = request is null ? [] : RequestFields.GetSubjects(request);
        return refusal is null ? subjects : [$"refused={refusal.Code}", .. subjects.Take(AuditEvent.MaxSubjects - 1)];
    }

    private static string TrimMethod(string method) => method.TrimStart('/');
}
