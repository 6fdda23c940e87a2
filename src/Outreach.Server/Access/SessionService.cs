using Grpc.Core;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Device = Outreach.Domain.Access.Device;
using Person = Outreach.Domain.Access.Person;

namespace Outreach.Server.Access;

/// <summary>Device enrollment and sessions over gRPC.</summary>
internal sealed class SessionService(
    IGrainFactory grains, ILedger ledger, SecretHasher hasher, RefreshTokens refreshTokens, AccessTokens tokens, PersonCache people, FailedAttemptLimiter attempts, OpenIdSettings openId, DashboardAddress web)
    : Protocol.Access.V1.SessionService.SessionServiceBase
{
    [Allow(Reach.Anyone)]
    public override async Task<EnrollDeviceResponse> EnrollDevice(EnrollDeviceRequest request, ServerCallContext context)
    {
        var (requestId, code, label) = DeviceWire.Parse(request);
        var (device, refresh) = await attempts.RunAsync(context, () => EnrollAsync(requestId, code, label, context.CancellationToken));
        var person = await PersonStreamDefinition.People.FindAsync(ledger, device.Person.Value, context.CancellationToken);
        return new EnrollDeviceResponse { Tokens = await CreateTokensAsync(device, refresh, context.CancellationToken), Person = PersonWire.ToWire(person!) };
    }

    [Allow(Reach.Anyone)]
    public override async Task<RefreshSessionResponse> RefreshSession(RefreshSessionRequest request, ServerCallContext context)
    {
        var (token, requestId) = DeviceWire.Parse(request);
        // A signature cannot be guessed, so a signed token is never slowed down by other people's failed attempts.
        var id = await refreshTokens.ParseAsync(token, context.CancellationToken) is { } made ? made.Value : await RejectTokenAsync(context);
        var next = await refreshTokens.CreateAsync(new EnrolledDeviceId(id), context.CancellationToken);
        var device = await RefreshAsync(id, SecretHasher.Hash(token), SecretHasher.Hash(next), requestId, context);
        return new RefreshSessionResponse { Tokens = await CreateTokensAsync(device, next, context.CancellationToken) };
    }

    [Allow(Reach.SignedIn, AuditAs = AuditKind.Action)]
    public override async Task<EndSessionResponse> EndSession(EndSessionRequest request, ServerCallContext context)
    {
        if (context.GetCaller().Device is not { } device)
            throw new RefusedException(Refusal.FailedPrecondition("SESSION_ELSEWHERE", "Sign out where you signed in."));
        await GrainCalls.CallAsync(() => GetGrain(device.Value).ShutOutAsync(DeviceStatus.SignedOut, "Signed out."));
        return new EndSessionResponse();
    }

    [Allow(Reach.SignedIn)]
    public override async Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context)
    {
        var (caller, cancel) = (context.GetCaller(), context.CancellationToken);
        var person = await PersonStreamDefinition.People.FindAsync(ledger, caller.Person.Id.Value, cancel) ?? new Versioned<Person>(caller.Person, 0, default, default);
        var organization = await OrganizationStreamDefinition.Organizations.FindAsync(ledger, caller.Organization.Value, cancel);
        var device = caller.Device is { } id ? await AccessViews.FindDeviceAsync(ledger, id.Value, cancel) : null;
        return new GetCallerResponse
        {
            // The roles in another provider's token can differ from those recorded at an earlier sign-in.
            Person = PersonWire.ToWire(caller.Device is null ? person with { Value = caller.Person } : person),
            Organization = organization is null ? null : OrganizationWire.ToWire(organization),
            Device = device is null ? null : DeviceWire.ToWire(device),
        };
    }

    [Allow(Reach.Anyone)]
    public override Task<GetSignInOptionsResponse> GetSignInOptions(GetSignInOptionsRequest request, ServerCallContext context) => Task.FromResult(new GetSignInOptionsResponse
    {
        Provider = openId.HasBrowserSignIn ? new IdentityProvider { Name = openId.Name, SignInUrl = web.ToAbsolute(OpenIdSignIn.Path) } : null,
    });

    private IDeviceGrain GetGrain(string device) => grains.GetGrain<IDeviceGrain>(device);

    /// <summary>Enrols a device for the owner of a code.</summary>
    /// <exception cref="RefusedException">The code is wrong.</exception>
    private async Task<EnrolledDevice> EnrollAsync(Guid requestId, EnrollmentCode? code, string label, CancellationToken cancel)
    {
        if (code is not { } typed)
            throw new RefusedException(PersonRules.CodeWrong());
        var hash = await hasher.HashAsync(typed, cancel);
        if (await AccessViews.FindCodeOwnerAsync(ledger, hash, cancel) is not { } person)
            throw new RefusedException(PersonRules.CodeWrong());
        var fresh = new EnrolledDeviceId(Guid.CreateVersion7().ToString());
        var spent = await GrainCalls.CallAsync(() => grains.GetGrain<IPersonGrain>(person.Value).UseCodeAsync(hash, requestId, fresh));
        var owner = await people.FindAsync(person.Value, cancel) ?? throw new RefusedException(PersonRules.CodeWrong());
        var refresh = await refreshTokens.CreateAsync(spent.Device, cancel);
        var device = new Device(spent.Device, person, owner.Organization, label, DeviceStatus.Enrolled, "", default, default, spent.DeviceUntil);
        return new EnrolledDevice(await GrainCalls.CallAsync(() => GetGrain(spent.Device.Value).EnrollAsync(device, SecretHasher.Hash(refresh))), refresh);
    }

    /// <exception cref="RefusedException">The token was already used, or the access of the device or its owner has ended.</exception>
    private async Task<Device> RefreshAsync(string id, SecretHash used, SecretHash next, Guid requestId, ServerCallContext context)
    {
        var before = await AccessViews.FindDeviceAsync(ledger, id, context.CancellationToken);
        if (before is null || await people.FindAsync(before.Person.Value, context.CancellationToken) is not { Ended: false })
            throw new RefusedException(DeviceRules.SessionEnded());
        try
        {
            return await GrainCalls.CallAsync(() => GetGrain(id).RefreshAsync(used, next, requestId));
        }
        catch (RefusedException) when (before.Status == DeviceStatus.Enrolled)
        {
            if (await AccessViews.FindDeviceAsync(ledger, id, context.CancellationToken) is { Status: DeviceStatus.TokenReused })
                await attempts.AuditAsync(context, before, "TOKEN_REUSED");
            throw;
        }
    }

    private Task<string> RejectTokenAsync(ServerCallContext context) => attempts.RunAsync<string>(context, () => throw new RefusedException(
        Refusal.Unauthenticated("TOKEN_WRONG", "This refresh token was not issued by this server. Enrol the device with a new code.")));

    private async Task<Tokens> CreateTokensAsync(Device device, string refresh, CancellationToken cancel)
    {
        var (access, expires) = await tokens.CreateAsync(device, cancel);
        return new Tokens
        {
            AccessToken = access,
            AccessExpireTime = WireTime.ToWire(expires),
            RefreshToken = refresh,
            DeviceId = device.Id.Value,
        };
    }

    /// <summary>An enrolled device and its first refresh token.</summary>
    private sealed record EnrolledDevice(Device Device, string RefreshToken);
}
