using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;

namespace Outreach.Domain.Tests.Access;

public class OrganizationRulesTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 9, 0);
    private static readonly Organization North = new(new OrganizationId("north"), "North", OrganizationKind.OutreachProgram, []);
    private static readonly Organization Health = North with { Id = new OrganizationId("health"), Kind = OrganizationKind.HealthDepartment };

    [Fact]
    public void The_default_id_is_that_of_the_first_organization()
    {
        Assert.Equal(default, new OrganizationId("main"));
        Assert.Equal("main", OrganizationId.First.Value);
        Assert.True((North with { Id = default }).ManagesInstallation());
        Assert.False(North.ManagesInstallation());
    }

    [Fact]
    public void Adding_the_same_organization_again_records_nothing()
    {
        var added = Given(new OrganizationEvent.OrganizationAdded(North));
        var renamed = added.Apply(new OrganizationEvent.OrganizationChanged(North with { Name = "N" }, Start), 2, Start);

        Assert.Empty(OrganizationRules.Add(added, North).Facts);
        Assert.Null(OrganizationRules.Add(renamed, North).Refusal);
        Assert.Equal("ORGANIZATION_EXISTS", OrganizationRules.Add(added, North with { Name = "M" }).Refusal?.Code);
    }

    [Fact]
    public void Only_a_health_department_sees_figures_of_others()
    {
        EquatableList<OrganizationId> others = [new OrganizationId("south")];

        Assert.Equal("FIGURES_NOT_FOR_THIS_KIND", OrganizationRules.Add(new SettingsState<Organization>(), North with { FiguresFrom = others }).Refusal?.Code);
        Assert.Single(OrganizationRules.Add(new SettingsState<Organization>(), Health with { FiguresFrom = others }).Facts);
        Assert.Equal(
            "FIGURES_NOT_FOR_THIS_KIND",
            OrganizationRules.Change(
                Given(new OrganizationEvent.OrganizationAdded(Health with { FiguresFrom = others })), Health.Id, organization => organization with { Kind = North.Kind }, null)
                .Refusal?.Code);
    }

    [Fact]
    public void A_change_with_a_stale_etag_is_refused_unless_it_changes_nothing()
    {
        var state = Given(new OrganizationEvent.OrganizationAdded(North));

        Assert.Equal("ETAG_STALE", OrganizationRules.Change(state, North.Id, organization => organization with { Name = "N" }, expectedVersion: 7).Refusal?.Code);
        Assert.Null(OrganizationRules.Change(state, North.Id, _ => North, expectedVersion: 7).Refusal);
        Assert.Equal("ORGANIZATION_UNKNOWN", OrganizationRules.Change(new SettingsState<Organization>(), North.Id, _ => North, null).Refusal?.Code);
    }

    private static SettingsState<Organization> Given(OrganizationEvent fact) => new SettingsState<Organization>().Apply(fact, 1, Start);
}
