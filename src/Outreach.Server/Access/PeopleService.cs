using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Person = Outreach.Domain.Access.Person;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Access;

/// <summary>People over gRPC.</summary>
internal sealed class PeopleService(
    IGrainFactory grains, ILedger ledger, OrganizationCache organizations, ISiteOwners sites, EnrollmentCodes codes, AuditLog audit, WebAddress web)
    : Protocol.Access.V1.PeopleService.PeopleServiceBase
{
    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Act)]
    public override async Task<CreatePersonResponse> CreatePerson(CreatePersonRequest request, ServerCallContext context)
    {
        var person = AccessWire.Parse(request, context.GetCaller().Organization);
        await organizations.RequireVisibleAsync(person.Organization, context.GetCaller(), context.CancellationToken);
        await audit.RecordForOrganizationAsync(context, person.Organization, request);
        await CheckSitesAsync(person, person.Organization, context.CancellationToken);
        var entry = await GrainCalls.CallAsync(() => GetGrain(person.Id).AddAsync(person));
        return new CreatePersonResponse { Person = AccessWire.ToWire(entry) };
    }

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Act)]
    public override async Task<UpdatePersonResponse> UpdatePerson(UpdatePersonRequest request, ServerCallContext context)
    {
        var (wanted, which, seen) = AccessWire.Parse(request);
        var there = await RequirePersonAsync(wanted.Id, context);
        await audit.RecordForOrganizationAsync(context, there.Organization, request);
        await CheckSitesAsync(wanted, there.Organization, context.CancellationToken);
        var others = await OthersAdministerAsync(there, context.CancellationToken);
        var entry = await GrainCalls.CallAsync(() => GetGrain(wanted.Id).ChangeAsync(wanted, which, seen, others));
        return new UpdatePersonResponse { Person = AccessWire.ToWire(entry) };
    }

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Act)]
    public override async Task<EndPersonResponse> EndPerson(EndPersonRequest request, ServerCallContext context)
    {
        var (id, reason, seen) = AccessWire.Parse(request);
        var there = await RequirePersonAsync(id, context);
        await audit.RecordForOrganizationAsync(context, there.Organization, request);
        var others = await OthersAdministerAsync(there, context.CancellationToken);
        var entry = await GrainCalls.CallAsync(() => GetGrain(id).EndAsync(reason, seen, others));
        return new EndPersonResponse { Person = AccessWire.ToWire(entry) };
    }

    [Allow(Reach.Somewhere, Role.Administrator)]
    public override async Task<GetPersonResponse> GetPerson(GetPersonRequest request, ServerCallContext context)
    {
        var id = AccessWire.Parse(request);
        _ = await RequirePersonAsync(id, context);
        var entry = await AccessViews.FindPersonAsync(ledger, id.Value, context.CancellationToken);
        return new GetPersonResponse { Person = AccessWire.ToWire(entry!) };
    }

    [Allow(Reach.Somewhere, Role.Administrator, Role.SiteCoordinator)]
    public override async Task<ListPeopleResponse> ListPeople(ListPeopleRequest request, ServerCallContext context)
    {
        var asked = AccessWire.Parse(request, context.GetCaller().Organization);
        await organizations.RequireVisibleAsync(new OrganizationId(asked.Organization), context.GetCaller(), context.CancellationToken);
        return await AccessViews.ListAsync(ledger, asked, context.CancellationToken);
    }

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Act)]
    public override async Task<CreateEnrollmentCodeResponse> CreateEnrollmentCode(CreateEnrollmentCodeRequest request, ServerCallContext context)
    {
        var (id, lasts) = AccessWire.Parse(request);
        var there = await RequirePersonAsync(id, context);
        await audit.RecordForOrganizationAsync(context, there.Organization, request);
        var (code, expires) = await codes.CreateAsync(id, lasts, context.CancellationToken);
        return new CreateEnrollmentCodeResponse
        {
            Code = code.ToDisplayString(),
            ExpireTime = Timestamp.FromDateTime(expires.ToDateTimeUtc()),
            QrText = web.CreateEnrollmentLink(code),
        };
    }

    private IPersonGrain GetGrain(PersonId id) => grains.GetGrain<IPersonGrain>(id.Value);

    /// <summary>Finds a person of the caller's organization, or any for those who keep the installation.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    private async Task<Person> RequirePersonAsync(PersonId id, ServerCallContext context)
    {
        var found = await AccessViews.FindPersonAsync(ledger, id.Value, context.CancellationToken);
        return found is not null && (found.Person.Organization == context.GetCaller().Organization || context.GetCaller().AdministersInstallation)
            ? found.Person
            : throw new RefusedException(PersonRules.Unknown(id));
    }

    /// <summary>Whether an organization has an administrator of its own without a person; one whom another provider vouches for never was its own.</summary>
    private async Task<bool> OthersAdministerAsync(Person person, CancellationToken cancel) =>
        person.Id.IsExternal() || await AccessViews.HasOtherAdministratorAsync(ledger, person.Organization, person.Id, cancel);

    /// <exception cref="RefusedException">A grant names a site that the organization does not have.</exception>
    private async Task CheckSitesAsync(Person person, OrganizationId organization, CancellationToken cancel)
    {
        foreach (var site in person.Grants.SelectMany(grant => grant.Sites))
        {
            if (await sites.FindOwnerAsync(site.Value, cancel) != organization)
                throw new RefusedException(SiteRules.Unknown(site));
        }
    }
}

/// <summary>Makes the codes that let people enrol a device.</summary>
internal sealed class EnrollmentCodes(IGrainFactory grains, SecretHasher marks, IClock clock)
{
    /// <summary>Makes one that lets a device in for good; an earlier one of the person is void.</summary>
    /// <inheritdoc cref="ActivateAsync"/>
    public Task<(EnrollmentCode Code, Instant ExpiresAt)> CreateAsync(PersonId person, NodaTime.Duration lasts, CancellationToken cancel) =>
        CreateAsync(person, lasts, null, cancel);

    /// <summary>Makes one; an earlier one of the person is void.</summary>
    /// <inheritdoc cref="ActivateAsync"/>
    public async Task<(EnrollmentCode Code, Instant ExpiresAt)> CreateAsync(
        PersonId person, NodaTime.Duration lasts, Instant? deviceUntil, CancellationToken cancel)
    {
        var code = EnrollmentCode.FromRandomBytes(RandomNumberGenerator.GetBytes(EnrollmentCode.Length));
        return (code, await ActivateAsync(person, code, lasts, deviceUntil, cancel));
    }

    /// <summary>Lets a person come in with a code; an earlier one is void.</summary>
    /// <param name="person">Who.</param>
    /// <param name="code">The code.</param>
    /// <param name="lasts">How long it can be used.</param>
    /// <param name="deviceUntil">From when on the device that it lets in may not come in any more; null for no such time.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>When the code ends.</returns>
    /// <exception cref="RefusedException">There is no such person, the person's part has ended, or only another provider lets the person in.</exception>
    public async Task<Instant> ActivateAsync(
        PersonId person, EnrollmentCode code, NodaTime.Duration lasts, Instant? deviceUntil, CancellationToken cancel)
    {
        var open = new OpenCode(await marks.HashAsync(code, cancel), clock.GetCurrentInstant() + lasts, deviceUntil);
        await GrainCalls.CallAsync(() => grains.GetGrain<IPersonGrain>(person.Value).MakeCodeAsync(open));
        return open.ExpiresAt;
    }
}
