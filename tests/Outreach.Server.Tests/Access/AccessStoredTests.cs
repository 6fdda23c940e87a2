using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Domain.Sites;
using Outreach.Server.Access;

namespace Outreach.Server.Tests.Access;

public class AccessStoredTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 9, 0) + Duration.FromNanoseconds(123_456_789);
    private static readonly Guid Request = Guid.Parse("0197a000-0000-7000-8000-000000000001");
    private static readonly SecretHash FirstSecret = new(new string('1', SecretHash.Length)), SecondSecret = new(new string('2', SecretHash.Length));
    private static readonly EnrolledDeviceId Phone = new("0197a000-0000-7000-8000-000000000002");

    private static readonly Organization Health = new(
        new OrganizationId("health"), "Health department", OrganizationKind.HealthDepartment, [OrganizationId.First, new OrganizationId("north")]);

    private static readonly Person Worker = new(
        new PersonId("p-1"),
        new OrganizationId("north"),
        "Worker",
        PersonKind.Person,
        [new Grant(Role.OutreachWorker, []), new Grant(Role.SiteCoordinator, [new SiteId("van-1"), new SiteId("van-2")])]);

    private static readonly Device EnrolledDevice = new(Phone, Worker.Id, Worker.Organization, "Phone", DeviceStatus.Enrolled, "", Start, Start);

    private static readonly Instant Later = Start + Duration.FromHours(12);
    private static readonly Device TemporaryDevice = EnrolledDevice with { Until = Later };

    private static readonly Dictionary<string, object> CurrentForms = new()
    {
        ["organization-added"] = new OrganizationEvent.OrganizationAdded(Health),
        ["organization-changed"] = new OrganizationEvent.OrganizationChanged(Health with { FiguresFrom = [] }, Start),
        ["person-added"] = new PersonEvent.PersonAdded(Worker),
        ["person-changed"] = new PersonEvent.PersonChanged(Worker with { Grants = [], Kind = PersonKind.Machine }, Start),
        ["person-ended"] = new PersonEvent.PersonEnded(Worker with { Ended = true }, Start, "Moved away.", FirstSecret),
        ["code-made-2"] = new PersonEvent.EnrollmentCodeCreated(FirstSecret, Start, default, Later),
        ["code-used"] = new PersonEvent.EnrollmentCodeUsed(FirstSecret, Request, Phone),
        ["device-enrolled-2"] = new DeviceEvent.DeviceEnrolled(TemporaryDevice, FirstSecret),
        ["token-refreshed-2"] = new DeviceEvent.TokenRefreshed(TemporaryDevice, FirstSecret, SecondSecret, Request),
        ["device-shut-out-2"] = new DeviceEvent.DeviceAccessEnded(TemporaryDevice with { Status = DeviceStatus.ShutOut, Reason = "Lost." }),
        ["looked"] = new AuditEvent.Looked("p-1", "d-1", "outreach.stock.v1.StockService/GetEncounter", ["site_id=van-1", "encounter_id=e"], ""),
        ["acted"] = new AuditEvent.Acted("p-1", "d-1", "outreach.access.v1.PeopleService/EndPerson", ["person_id=p-2"], "Moved away."),
        ["attempted"] = new AuditEvent.Attempted("", "", "outreach.access.v1.SessionService/Enroll", ["address=0123456789ab"], "CODE_WRONG"),
    };

    /// <summary>From before there was a time from when on a device may not come in: there is none.</summary>
    private static readonly Dictionary<string, object> AllForms = new(CurrentForms)
    {
        ["code-made"] = new PersonEvent.EnrollmentCodeCreated(FirstSecret, Start, default),
        ["device-enrolled"] = new DeviceEvent.DeviceEnrolled(EnrolledDevice, FirstSecret),
        ["token-refreshed"] = new DeviceEvent.TokenRefreshed(EnrolledDevice, FirstSecret, SecondSecret, Request),
        ["device-shut-out"] = new DeviceEvent.DeviceAccessEnded(EnrolledDevice with { Status = DeviceStatus.ShutOut, Reason = "Lost." }),
    };

    public static TheoryData<string> Names => [.. AllForms.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_fact_matches_its_golden_file_in_both_directions(string name)
    {
        switch (AllForms[name])
        {
            case OrganizationEvent fact:
                AssertStored(name, fact, AccessJson.OrganizationFact);
                break;
            case PersonEvent fact:
                AssertStored(name, fact, AccessJson.PersonFact);
                break;
            case DeviceEvent fact:
                AssertStored(name, fact, AccessJson.DeviceFact);
                break;
            case AuditEvent fact:
                AssertStored(name, fact, AccessJson.AuditFact);
                break;
        }
    }

    [Fact]
    public void Every_kind_of_fact_has_a_golden_file()
    {
        var sorts = new[] { typeof(OrganizationEvent), typeof(PersonEvent), typeof(DeviceEvent), typeof(AuditEvent) }
            .SelectMany(family => family.GetNestedTypes());

        Assert.Equal(sorts.Select(type => type.Name).Order(StringComparer.Ordinal), CurrentForms.Values.Select(fact => fact.GetType().Name).Order(StringComparer.Ordinal));
        Assert.Equal(AllForms.Keys.Order(StringComparer.Ordinal), GoldenFiles.Names("Access"));
    }

    [Fact]
    public void Documents_and_snapshots_keep_the_names_that_they_were_first_stored_with()
    {
        var person = new PersonState().Apply(new PersonEvent.PersonAdded(Worker), 1, Start).Apply(new PersonEvent.EnrollmentCodeCreated(FirstSecret, Start, default), 2, Start);
        var organization = new SettingsState<Organization>().Apply(new OrganizationEvent.OrganizationAdded(Health), 1, Start);

        var snapshot = JsonSerializer.SerializeToNode(person, AccessJson.PersonSnapshot)!.AsObject();
        Assert.Equal(["addedAs", "entry", "open", "spent"], snapshot.Select(member => member.Key).Order(StringComparer.Ordinal));
        Assert.Equal(person, JsonSerializer.Deserialize(snapshot, AccessJson.PersonSnapshot));
        Assert.StartsWith("{\"person\":{\"id\":\"p-1\",", JsonSerializer.Serialize(person.Current!, AccessJson.PersonDocument), StringComparison.Ordinal);
        Assert.StartsWith("{\"entry\":{\"organization\":{", JsonSerializer.Serialize(organization, AccessJson.OrganizationSnapshot), StringComparison.Ordinal);
        Assert.Equal(organization, JsonSerializer.Deserialize(JsonSerializer.Serialize(organization, AccessJson.OrganizationSnapshot), AccessJson.OrganizationSnapshot));
    }

    private static void AssertStored<TFact>(string name, TFact fact, JsonTypeInfo<TFact> form)
        where TFact : class
    {
        if (CurrentForms.ContainsKey(name))
            GoldenFiles.AssertWrittenAs("Access", name, fact, form);
        Assert.Equal(fact, GoldenFiles.Read("Access", name, form));
    }
}
