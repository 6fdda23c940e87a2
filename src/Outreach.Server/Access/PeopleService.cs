using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;
using Outreach.Protocol.Access.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Rpc;
using Person = Outreach.Domain.Access.Person;
using Role = Outreach.Domain.Access.Role;

namespace Outreach.Server.Access;

/// <summary>People over gRPC.</summary>
internal sealed class PeopleService(
    IGrainFactory grains, ILedger ledger, OrganizationCache organizations, ISiteOrganizations sites, EnrollmentCodes codes, AuditLog audit, DashboardAddress web)
    : Protocol.Access.V1.PeopleService.PeopleServiceBase
{
    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Action)]
    public override async Task<CreatePersonResponse> CreatePerson(CreatePersonRequest request, ServerCallContext context)
    {
        var person = PersonWire.Parse(request, context.GetCaller().Organization);
        await organizations.RequireVisibleAsync(person.Organization, context.GetCaller(), context.CancellationToken);
        await audit.RecordForOrganizationAsync(context, person.Organization, request);
        await CheckSitesAsync(person, person.Organization, context.CancellationToken);
        var added = await GrainCalls.CallAsync(() => GetGrain(person.Id).AddAsync(person));
        return new CreatePersonResponse { Person = PersonWire.ToWire(added) };
    }

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Action)]
    public override async Task<UpdatePersonResponse> UpdatePerson(UpdatePersonRequest request, ServerCallContext context)
    {
        var update = PersonWire.Parse(request);
        var person = (await RequirePersonAsync(update.Value.Id, context)).Value;
        await audit.RecordForOrganizationAsync(context, person.Organization, request);
        await CheckSitesAsync(update.Value, person.Organization, context.CancellationToken);
        var others = await OthersAdministerAsync(person, context.CancellationToken);
        var changed = await GrainCalls.CallAsync(() => GetGrain(person.Id).ChangeAsync(update, others));
        return new UpdatePersonResponse { Person = PersonWire.ToWire(changed) };
    }

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Action)]
    public override async Task<EndPersonResponse> EndPerson(EndPersonRequest request, ServerCallContext context)
    {
        var (id, reason, expectedVersion) = PersonWire.Parse(request);
        var person = (await RequirePersonAsync(id, context)).Value;
        await audit.RecordForOrganizationAsync(context, person.Organization, request);
        var others = await OthersAdministerAsync(person, context.CancellationToken);
        var ended = await GrainCalls.CallAsync(() => GetGrain(id).EndAsync(reason, expectedVersion, others));
        return new EndPersonResponse { Person = PersonWire.ToWire(ended) };
    }

    [Allow(Reach.Somewhere, Role.Administrator)]
    public override async Task<GetPersonResponse> GetPerson(GetPersonRequest request, ServerCallContext context)
    {
        var person = await RequirePersonAsync(PersonWire.Parse(request), context);
        return new GetPersonResponse { Person = PersonWire.ToWire(person) };
    }

    [Allow(Reach.Somewhere, Role.Administrator, Role.SiteCoordinator)]
    public override async Task<ListPeopleResponse> ListPeople(ListPeopleRequest request, ServerCallContext context)
    {
        var (organization, filter) = PersonWire.Parse(request, context.GetCaller().Organization);
        await organizations.RequireVisibleAsync(organization, context.GetCaller(), context.CancellationToken);
        return PersonWire.ToWire(await PersonStreamDefinition.People.ListAsync(ledger, filter, context.CancellationToken));
    }

    [Allow(Reach.Somewhere, Role.Administrator, AuditAs = AuditKind.Action)]
    public override async Task<CreateEnrollmentCodeResponse> CreateEnrollmentCode(CreateEnrollmentCodeRequest request, ServerCallContext context)
    {
        var (id, validFor) = PersonWire.Parse(request);
        var person = (await RequirePersonAsync(id, context)).Value;
        await audit.RecordForOrganizationAsync(context, person.Organization, request);
        var (code, expires) = await codes.CreateAsync(id, validFor, context.CancellationToken);
        return new CreateEnrollmentCodeResponse
        {
            Code = code.ToDisplayString(),
            ExpireTime = Timestamp.FromDateTime(expires.ToDateTimeUtc()),
            QrText = web.CreateEnrollmentLink(code),
        };
    }

    private IPersonGrain GetGrain(PersonId id) => grains.GetGrain<IPersonGrain>(id.Value);

    /// <summary>Finds a person of the caller's organization; for administrators of the installation, of any organization.</summary>
    /// <exception cref="RefusedException">The person does not exist, or the caller may not see them.</exception>
    private async Task<Versioned<Person>> RequirePersonAsync(PersonId id, ServerCallContext context)
    {
        var (caller, found) = (context.GetCaller(), await PersonStreamDefinition.People.FindAsync(ledger, id.Value, context.CancellationToken));
        return found is not null && (found.Value.Organization == caller.Organization || caller.AdministersInstallation)
            ? found
            : throw new RefusedException(PersonRules.Unknown(id));
    }

    /// <summary>True if the organization has another administrator. A person from another identity provider never counted as one, so it does not depend on them.</summary>
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

/// <summary>Creates the codes with which people enrol a device.</summary>
internal sealed class EnrollmentCodes(IGrainFactory grains, SecretHasher marks, IClock clock)
{
    /// <summary>Creates a code for a device whose access does not end. It replaces an earlier code of the person.</summary>
    /// <inheritdoc cref="ActivateAsync"/>
    public Task<(EnrollmentCode Code, Instant ExpiresAt)> CreateAsync(PersonId person, NodaTime.Duration validFor, CancellationToken cancel) =>
        CreateAsync(person, validFor, null, cancel);

    /// <summary>Creates a code. It replaces an earlier code of the person.</summary>
    /// <inheritdoc cref="ActivateAsync"/>
    public async Task<(EnrollmentCode Code, Instant ExpiresAt)> CreateAsync(
        PersonId person, NodaTime.Duration validFor, Instant? deviceUntil, CancellationToken cancel)
    {
        var code = EnrollmentCode.FromRandomBytes(RandomNumberGenerator.GetBytes(EnrollmentCode.Length));
        return (code, await ActivateAsync(person, code, validFor, deviceUntil, cancel));
    }

    /// <summary>Activates a code for a person. It replaces an earlier code.</summary>
    /// <param name="person">The person.</param>
    /// <param name="code">The code.</param>
    /// <param name="validFor">How long it can be used.</param>
    /// <param name="deviceUntil">When the access of the enrolled device ends; null if it does not.</param>
    /// <param name="cancel">Cancels the call.</param>
    /// <returns>When the code expires.</returns>
    /// <exception cref="RefusedException">The rules refuse it: see <see cref="PersonRules.MakeCode"/>.</exception>
    public async Task<Instant> ActivateAsync(
        PersonId person, EnrollmentCode code, NodaTime.Duration validFor, Instant? deviceUntil, CancellationToken cancel)
    {
        var open = new UsableEnrollmentCode(await marks.HashAsync(code, cancel), clock.GetCurrentInstant() + validFor, deviceUntil);
        await GrainCalls.CallAsync(() => grains.GetGrain<IPersonGrain>(person.Value).MakeCodeAsync(open));
        return open.ExpiresAt;
    }
}
