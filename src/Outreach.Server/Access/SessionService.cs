using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Hosting;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Device = Outreach.Domain.Access.Device;

namespace Outreach.Server.Access;

/// <summary>How devices come in, over gRPC.</summary>
internal sealed class SessionService(
    IGrainFactory grains, ILedger ledger, Marks marks, AccessTokens tokens, PersonBook people, Attempts attempts, ServerSettings settings, WebAddress web)
    : Protocol.Access.V1.SessionService.SessionServiceBase
{
    [Allow(Reach.Anyone)]
    public override async Task<EnrollResponse> Enroll(EnrollRequest request, ServerCallContext context)
    {
        var (requestId, code, label) = AccessWire.Parse(request);
        var (device, refresh) = await attempts.MakeAsync(context, () => EnrollAsync(requestId, code, label, context.CancellationToken));
        var entry = await AccessViews.PersonAsync(ledger, device.Person.Value, context.CancellationToken);
        return new EnrollResponse { Tokens = await TokensAsync(device, refresh, context.CancellationToken), Person = AccessWire.Write(entry!) };
    }

    [Allow(Reach.Anyone)]
    public override async Task<RefreshSessionResponse> RefreshSession(RefreshSessionRequest request, ServerCallContext context)
    {
        var (token, requestId) = AccessWire.Parse(request);
        // A seal cannot be guessed: whoever has a good one waits for nobody else's mistakes.
        var id = await marks.ReadAsync(token, context.CancellationToken) is { } made ? made.Value : await RefuseAsync(context);
        var next = await marks.MakeAsync(new EnrolledId(id), context.CancellationToken);
        var device = await RefreshAsync(id, Marks.Of(token), Marks.Of(next), requestId, context);
        return new RefreshSessionResponse { Tokens = await TokensAsync(device, next, context.CancellationToken) };
    }

    [Allow(Reach.SignedIn, Recorded = AuditKind.Act)]
    public override async Task<EndSessionResponse> EndSession(EndSessionRequest request, ServerCallContext context)
    {
        if (context.Caller().Device is not { } device)
            throw new RefusedException(Refusal.Rule("SESSION_ELSEWHERE", "Sign out where you signed in."));
        await Answers.AskAsync(() => Keeper(device.Value).ShutOutAsync(Standing.SignedOut, "Signed out."));
        return new EndSessionResponse();
    }

    [Allow(Reach.SignedIn)]
    public override async Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context)
    {
        var (caller, cancel) = (context.Caller(), context.CancellationToken);
        var person = await AccessViews.PersonAsync(ledger, caller.Person.Id.Value, cancel);
        var organization = await AccessViews.OrganizationAsync(ledger, caller.Organization.Value, cancel);
        var device = caller.Device is { } id ? await AccessViews.DeviceAsync(ledger, id.Value, cancel) : null;
        var entry = person ?? new PersonEntry(caller.Person, 0, default, default);
        return new GetCallerResponse
        {
            // What another provider's token allows can differ from what is on record since an earlier one.
            Person = AccessWire.Write(caller.Device is null ? entry with { Person = caller.Person } : entry),
            Organization = organization is null ? null : AccessWire.Write(organization),
            Device = device is null ? null : AccessWire.Write(device),
        };
    }

    [Allow(Reach.Anyone)]
    public override Task<GetWaysInResponse> GetWaysIn(GetWaysInRequest request, ServerCallContext context) => Task.FromResult(new GetWaysInResponse
    {
        Provider = settings.OpenId.SignsIn ? new Provider { Name = settings.OpenId.Name, Address = web.Of(OpenIdSignIn.Path) } : null,
    });

    private IDeviceGrain Keeper(string device) => grains.GetGrain<IDeviceGrain>(device);

    /// <summary>Lets the owner of a code in with a device.</summary>
    /// <exception cref="RefusedException">The code is wrong.</exception>
    private async Task<Entered> EnrollAsync(Guid requestId, EnrollmentCode? code, string label, CancellationToken cancel)
    {
        if (code is not { } typed)
            throw new RefusedException(PersonRules.CodeWrong());
        var mark = await marks.OfAsync(typed, cancel);
        if (await AccessViews.OfCodeAsync(ledger, mark, cancel) is not { } person)
            throw new RefusedException(PersonRules.CodeWrong());
        var fresh = new EnrolledId(Guid.CreateVersion7().ToString());
        var spent = await Answers.AskAsync(() => grains.GetGrain<IPersonGrain>(person.Value).UseCodeAsync(mark, requestId, fresh));
        var owner = await people.FindAsync(person.Value, cancel) ?? throw new RefusedException(PersonRules.CodeWrong());
        var refresh = await marks.MakeAsync(spent.Device, cancel);
        var device = new Device(spent.Device, person, owner.Organization, label, Standing.Enrolled, "", default, default, spent.DeviceUntil);
        return new Entered(await Answers.AskAsync(() => Keeper(spent.Device.Value).EnrollAsync(device, Marks.Of(refresh))), refresh);
    }

    /// <exception cref="RefusedException">The token was used up, or the device or its owner may not come in any more.</exception>
    private async Task<Device> RefreshAsync(string id, SecretMark used, SecretMark next, Guid requestId, ServerCallContext context)
    {
        var before = await AccessViews.DeviceAsync(ledger, id, context.CancellationToken);
        if (before is null || await people.FindAsync(before.Person.Value, context.CancellationToken) is not { Ended: false })
            throw new RefusedException(DeviceRules.Ended());
        try
        {
            return await Answers.AskAsync(() => Keeper(id).RefreshAsync(used, next, requestId));
        }
        catch (RefusedException) when (before.Standing == Standing.Enrolled)
        {
            if (await AccessViews.DeviceAsync(ledger, id, context.CancellationToken) is { Standing: Standing.TokenReused })
                await attempts.RecordAsync(context, before, "TOKEN_REUSED");
            throw;
        }
    }

    private Task<string> RefuseAsync(ServerCallContext context) => attempts.MakeAsync<string>(context, () => throw new RefusedException(
        Refusal.Unproven("TOKEN_WRONG", "This refresh token is not one of this server. Enrol the device with a new code.")));

    private async Task<Tokens> TokensAsync(Device device, string refresh, CancellationToken cancel)
    {
        var (access, expires) = await tokens.MakeAsync(device, cancel);
        return new Tokens
        {
            AccessToken = access,
            AccessExpireTime = Timestamp.FromDateTime(expires.ToDateTimeUtc()),
            RefreshToken = refresh,
            DeviceId = device.Id.Value,
        };
    }

    /// <summary>A device that came in, and its first refresh token.</summary>
    private sealed record Entered(Device Device, string Refresh);
}
