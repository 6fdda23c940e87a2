using Grpc.Core;
using Grpc.Net.Client;
using Outreach.Protocol.Access.V1;
using Outreach.Protocol.Sites.V1;

namespace Outreach.Server.Tests.Access;

/// <summary>Two organizations that share a server, with a site each and somebody of every role.</summary>
public abstract class AccessFixture : ServerFixture
{
    private int people;

    /// <summary>A site of the first organization; the people of <see cref="SignInNewPersonAsync"/> work there.</summary>
    public const string OwnSite = "here";

    /// <summary>Another site of the first organization.</summary>
    public const string OtherOwnSite = "beside";

    /// <summary>A site of the other organization.</summary>
    public const string ForeignSite = "there";

    /// <summary>The other organization.</summary>
    public const string OtherOrganization = "other";

    private GrpcChannel Administrator => (GrpcChannel)Server.Channel;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await new OrganizationService.OrganizationServiceClient(Administrator).CreateOrganizationAsync(new CreateOrganizationRequest
        {
            Organization = new Organization { OrganizationId = OtherOrganization, Name = "Other", Kind = OrganizationKind.OutreachProgram },
        });
        foreach (var (site, organization) in new[] { (OwnSite, ""), (OtherOwnSite, ""), (ForeignSite, OtherOrganization) })
            await OpenSiteAsync(site, organization);
    }

    /// <summary>Opens a site.</summary>
    public async Task OpenSiteAsync(string site, string organization) =>
        await new SiteService.SiteServiceClient(Administrator).CreateSiteAsync(new CreateSiteRequest
        {
            Site = new Site { SiteId = site, Name = site, Kind = SiteKind.Van, TimeZone = "America/New_York", OrganizationId = organization },
        });

    /// <summary>Signs a new person in.</summary>
    /// <param name="organization">Whose; empty for the first.</param>
    /// <param name="grants">What the person may do.</param>
    public async Task<SignedInUser> SignInNewPersonAsync(string organization, params Grant[] grants)
    {
        var client = new PeopleService.PeopleServiceClient(Administrator);
        var person = new Person { PersonId = $"p-{Interlocked.Increment(ref people)}", OrganizationId = organization, Label = "Somebody", Kind = PersonKind.Person };
        person.Grants.Add(grants);
        await client.CreatePersonAsync(new CreatePersonRequest { Person = person });
        return await EnrollAsync(person.PersonId);
    }

    /// <summary>Signs a person in with another device.</summary>
    public async Task<SignedInUser> EnrollAsync(string person)
    {
        var client = new PeopleService.PeopleServiceClient(Administrator);
        var made = await client.CreateEnrollmentCodeAsync(new CreateEnrollmentCodeRequest { PersonId = person });
        return await SignedInUser.EnrollAsync(Server.GrpcAddress, made.Code);
    }

    /// <summary>A role at all sites, or at some.</summary>
    public static Grant GrantOf(Role role, params string[] sites) => new() { Role = role, SiteIds = { sites } };

    /// <summary>The metadata that carries a token.</summary>
    public static Metadata BearerMetadata(string token) => new() { { "authorization", $"Bearer {token}" } };
}

/// <inheritdoc/>
public sealed class SqliteAccessFixture : AccessFixture
{
    protected override Task<string[]> CreateStoreAsync() => Task.FromResult<string[]>([]);
}

/// <inheritdoc/>
public sealed class PostgresAccessFixture(PostgresFixture postgres) : AccessFixture
{
    protected override async Task<string[]> CreateStoreAsync() => [$"--Outreach:Postgres={await postgres.NewDatabaseAsync()}"];
}
