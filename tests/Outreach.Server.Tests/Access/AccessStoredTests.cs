using System.Text.Json.Serialization.Metadata;
using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Access;

namespace Outreach.Server.Tests.Access;

public class AccessStoredTests
{
    private static readonly Instant Then = Instant.FromUtc(2026, 3, 1, 9, 0) + Duration.FromNanoseconds(123_456_789);
    private static readonly Guid Request = Guid.Parse("0197a000-0000-7000-8000-000000000001");
    private static readonly SecretMark First = new(new string('1', SecretMark.Length)), Second = new(new string('2', SecretMark.Length));
    private static readonly EnrolledId Phone = new("0197a000-0000-7000-8000-000000000002");

    private static readonly Organization Health = new(
        new OrganizationId("health"), "Health department", OrganizationKind.HealthDepartment, [OrganizationId.First, new OrganizationId("north")]);

    private static readonly Person Worker = new(
        new PersonId("p-1"),
        new OrganizationId("north"),
        "Worker",
        PersonKind.Person,
        [new Grant(Role.OutreachWorker, []), new Grant(Role.SiteCoordinator, [new SiteId("van-1"), new SiteId("van-2")])]);

    private static readonly Device Known = new(Phone, Worker.Id, Worker.Organization, "Phone", Standing.Enrolled, "", Then, Then);

    private static readonly Instant Later = Then + Duration.FromHours(12);
    private static readonly Device Brief = Known with { Until = Later };

    private static readonly Dictionary<string, object> Today = new()
    {
        ["organization-added"] = new OrganizationEvent.OrganizationAdded(Health),
        ["organization-changed"] = new OrganizationEvent.OrganizationChanged(Health with { FiguresFrom = [] }, Then),
        ["person-added"] = new PersonEvent.PersonAdded(Worker),
        ["person-changed"] = new PersonEvent.PersonChanged(Worker with { Grants = [], Kind = PersonKind.Machine }, Then),
        ["person-ended"] = new PersonEvent.PersonEnded(Worker with { Ended = true }, Then, "Moved away.", First),
        ["code-made-2"] = new PersonEvent.CodeMade(First, Then, default, Later),
        ["code-used"] = new PersonEvent.CodeUsed(First, Request, Phone),
        ["device-enrolled-2"] = new DeviceEvent.DeviceEnrolled(Brief, First),
        ["token-refreshed-2"] = new DeviceEvent.TokenRefreshed(Brief, First, Second, Request),
        ["device-shut-out-2"] = new DeviceEvent.DeviceShutOut(Brief with { Standing = Standing.ShutOut, Reason = "Lost." }),
        ["looked"] = new AuditEvent.Looked("p-1", "d-1", "outreach.stock.v1.StockService/GetEncounter", ["site_id=van-1", "encounter_id=e"], ""),
        ["acted"] = new AuditEvent.Acted("p-1", "d-1", "outreach.access.v1.PeopleService/EndPerson", ["person_id=p-2"], "Moved away."),
        ["attempted"] = new AuditEvent.Attempted("", "", "outreach.access.v1.SessionService/Enroll", ["address=0123456789ab"], "CODE_WRONG"),
    };

    /// <summary>From before there was a time from when on a device may not come in: there is none.</summary>
    private static readonly Dictionary<string, object> All = new(Today)
    {
        ["code-made"] = new PersonEvent.CodeMade(First, Then, default),
        ["device-enrolled"] = new DeviceEvent.DeviceEnrolled(Known, First),
        ["token-refreshed"] = new DeviceEvent.TokenRefreshed(Known, First, Second, Request),
        ["device-shut-out"] = new DeviceEvent.DeviceShutOut(Known with { Standing = Standing.ShutOut, Reason = "Lost." }),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_fact_is_written_in_the_form_that_is_kept_and_read_as_it_was(string name)
    {
        switch (All[name])
        {
            case OrganizationEvent fact:
                AssertKept(name, fact, AccessJson.OrganizationFact);
                break;
            case PersonEvent fact:
                AssertKept(name, fact, AccessJson.PersonFact);
                break;
            case DeviceEvent fact:
                AssertKept(name, fact, AccessJson.DeviceFact);
                break;
            case AuditEvent fact:
                AssertKept(name, fact, AccessJson.AuditFact);
                break;
        }
    }

    [Fact]
    public void Every_sort_of_fact_is_kept()
    {
        var sorts = new[] { typeof(OrganizationEvent), typeof(PersonEvent), typeof(DeviceEvent), typeof(AuditEvent) }
            .SelectMany(family => family.GetNestedTypes());

        Assert.Equal(sorts.Select(type => type.Name).Order(StringComparer.Ordinal), Today.Values.Select(fact => fact.GetType().Name).Order(StringComparer.Ordinal));
        Assert.Equal(All.Keys.Order(StringComparer.Ordinal), StoredForms.Of("Access"));
    }

    private static void AssertKept<TFact>(string name, TFact fact, JsonTypeInfo<TFact> form)
        where TFact : class
    {
        if (Today.ContainsKey(name))
            StoredForms.AssertWrittenAs("Access", name, fact, form);
        Assert.Equal(fact, StoredForms.Read("Access", name, form));
    }
}
