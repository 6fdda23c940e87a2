using Google.Protobuf;
using Grpc.Core;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>Writes the record of looks and acts. Each entry is durable before what it tells of is answered.</summary>
internal sealed class AuditLog(IGrainFactory grains)
{
    /// <summary>Records a call.</summary>
    /// <param name="kind">As what.</param>
    /// <param name="caller">Who calls.</param>
    /// <param name="method">The method's path, with or without the slash before it.</param>
    /// <param name="request">The request; null for a stream of them.</param>
    /// <param name="refusal">Why it was not let in; null where it was. What became of it then is told by what it recorded, if anything.</param>
    public Task RecordAsync(AuditKind kind, Caller caller, string method, IMessage? request, Refusal? refusal) =>
        RecordAsync(caller.Organization, CreateEntry(kind, caller, method, request, refusal));

    /// <summary>Records an act also with the organization that it is about, where that is not the caller's own: it sees who acts on it.</summary>
    /// <param name="context">The call.</param>
    /// <param name="whose">Whom it is about.</param>
    /// <param name="request">The request.</param>
    public async Task RecordForOrganizationAsync(ServerCallContext context, OrganizationId whose, IMessage request)
    {
        var caller = context.GetCaller();
        if (whose == caller.Organization)
            return;
        await RecordAsync(whose, CreateEntry(AuditKind.Act, caller, context.Method, request, null));
    }

    /// <summary>Records an attempt to come in that failed.</summary>
    /// <param name="whose">Whose record it belongs in.</param>
    /// <param name="person">Whose device it was about; empty where that is not known.</param>
    /// <param name="device">Which device it was about; empty where that is not known.</param>
    /// <param name="method">The method's path.</param>
    /// <param name="address">The mark of the address that it came from.</param>
    /// <param name="reason">Why it failed.</param>
    public Task RecordAttemptAsync(OrganizationId whose, string person, string device, string method, string address, string reason) =>
        RecordAsync(whose, new AuditEvent.Attempted(person, device, TrimMethod(method), [$"address={address}"], reason));

    private async Task RecordAsync(OrganizationId whose, AuditEvent entry)
    {
        var keeper = grains.GetGrain<IAuditGrain>(whose.Value);
        try
        {
            await keeper.RecordAsync(entry);
        }
        catch (Ledger.StaleJournalException)
        {
            // Another node was first; the keeper knows what that one wrote by now.
            await keeper.RecordAsync(entry);
        }
    }

    private static AuditEvent CreateEntry(AuditKind kind, Caller caller, string method, IMessage? request, Refusal? refusal)
    {
        var (who, device) = (caller.Person.Id.Value, caller.Device?.Value ?? "");
        var subjects = GetSubjects(request, refusal);
        var reason = request is null ? "" : RequestFields.GetReason(request);
        return kind == AuditKind.Look
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
