using NodaTime;
using Outreach.Domain.Access;

namespace Outreach.Domain.Tests.Access;

public class PersonRulesTests
{
    private static readonly Instant Then = Instant.FromUtc(2026, 3, 1, 9, 0);
    private static readonly SecretMark First = new(new string('1', SecretMark.Length)), Second = new(new string('2', SecretMark.Length));
    private static readonly EnrolledId Phone = new("phone"), Tablet = new("tablet");
    private static readonly Guid Request = Guid.Parse("0197a000-0000-7000-8000-000000000001"), Another = Guid.Parse("0197a000-0000-7000-8000-000000000002");

    private static readonly Person Worker = new(
        new PersonId("p-1"), default, "Worker", PersonKind.Person, [new Grant(Role.OutreachWorker, [])]);

    private static readonly Person Boss = Worker with { Grants = [new Grant(Role.Administrator, [])] };

    [Fact]
    public void The_same_person_again_adds_nothing_also_after_a_change()
    {
        var changed = Given(new PersonEvent.PersonAdded(Worker), new PersonEvent.PersonChanged(Worker with { Label = "W" }, Then));

        Assert.Equal(new Decision<PersonEvent>([]).Refusal, PersonRules.Add(changed, Worker).Refusal);
        Assert.Empty(PersonRules.Add(changed, Worker).Facts);
    }

    [Fact]
    public void A_taken_id_says_nothing_of_who_has_it()
    {
        var refusal = PersonRules.Add(Given(new PersonEvent.PersonAdded(Worker)), Worker with { Organization = new OrganizationId("north") }).Refusal;

        Assert.Equal("PERSON_EXISTS", refusal?.Code);
        Assert.DoesNotContain("Worker", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_administrator_stays_one()
    {
        var state = Given(new PersonEvent.PersonAdded(Boss));

        Assert.Equal("LAST_ADMINISTRATOR", PersonRules.End(state, Boss.Id, "left", null, othersAdminister: false).Refusal?.Code);
        Assert.Equal("LAST_ADMINISTRATOR", PersonRules.Change(state, Worker, PersonSettings.Grants, null, othersAdminister: false).Refusal?.Code);
        Assert.Single(PersonRules.End(state, Boss.Id, "left", null, othersAdminister: true).Facts);
    }

    [Fact]
    public void Whose_part_has_ended_cannot_change_or_come_in()
    {
        var state = Given(
            new PersonEvent.PersonAdded(Worker),
            new PersonEvent.CodeMade(First, Then + Duration.FromHours(1), default),
            new PersonEvent.PersonEnded(Worker with { Ended = true }, Then, "left", First));

        Assert.Equal("PERSON_ENDED", PersonRules.Change(state, Boss, PersonSettings.Grants, null, othersAdminister: true).Refusal?.Code);
        Assert.Equal("PERSON_ENDED", PersonRules.MakeCode(state, Worker.Id, new OpenCode(Second, Then)).Refusal?.Code);
        Assert.Equal("CODE_WRONG", PersonRules.UseCode(state, First, Request, Phone, Then).Refusal?.Code);
        Assert.Empty(PersonRules.End(state, Worker.Id, "again", null, othersAdminister: false).Facts);
    }

    [Fact]
    public void A_code_lets_one_device_in_once()
    {
        var made = Given(new PersonEvent.PersonAdded(Worker), new PersonEvent.CodeMade(First, Then + Duration.FromHours(1), default));
        var used = PersonRules.UseCode(made, First, Request, Phone, Then);
        var after = made.Apply(Assert.Single(used.Facts), 3, Then);

        Assert.Equal("CODE_WRONG", PersonRules.UseCode(after, First, Another, Tablet, Then).Refusal?.Code);
        Assert.Equal(Phone, after.Spent?.Device);
    }

    [Fact]
    public void The_same_request_with_its_code_is_answered_again_for_ten_minutes()
    {
        var used = Given(new PersonEvent.PersonAdded(Worker), new PersonEvent.CodeMade(First, Then, default), new PersonEvent.CodeUsed(First, Request, Phone));

        Assert.Null(PersonRules.UseCode(used, First, Request, Tablet, Then + Duration.FromMinutes(10)).Refusal);
        Assert.Equal("CODE_WRONG", PersonRules.UseCode(used, First, Request, Tablet, Then + Duration.FromMinutes(11)).Refusal?.Code);
    }

    [Fact]
    public void A_code_is_void_from_the_moment_it_expires_and_when_another_is_made()
    {
        var expires = Then + Duration.FromHours(1);
        var made = Given(new PersonEvent.PersonAdded(Worker), new PersonEvent.CodeMade(First, expires, default));
        var replaced = made.Apply(Assert.Single(PersonRules.MakeCode(made, Worker.Id, new OpenCode(Second, expires)).Facts), 3, Then);

        Assert.Null(PersonRules.UseCode(made, First, Request, Phone, expires - Duration.Epsilon).Refusal);
        Assert.Equal("CODE_WRONG", PersonRules.UseCode(made, First, Request, Phone, expires).Refusal?.Code);
        Assert.Equal("CODE_WRONG", PersonRules.UseCode(replaced, First, Request, Phone, Then).Refusal?.Code);
        Assert.Null(PersonRules.UseCode(replaced, Second, Request, Phone, Then).Refusal);
    }

    [Fact]
    public void Whom_another_provider_vouches_for_comes_in_only_for_a_while()
    {
        var person = Worker with { Id = new PersonId(PersonId.Elsewhere + "1") };
        var (state, until) = (Given(new PersonEvent.PersonAdded(person)), Then + Duration.FromHours(12));

        Assert.Equal("PERSON_ELSEWHERE", PersonRules.MakeCode(state, person.Id, new OpenCode(First, Then)).Refusal?.Code);
        var made = PersonRules.MakeCode(state, person.Id, new OpenCode(First, Then, until));
        var used = state.Apply(Assert.Single(made.Facts), 2, Then).Apply(new PersonEvent.CodeUsed(First, Request, Phone), 3, Then);

        Assert.Equal(until, used.Spent?.DeviceUntil);
    }

    private static PersonState Given(params PersonEvent[] facts)
    {
        var (state, version) = (PersonState.Empty, 0L);
        foreach (var fact in facts)
            state = state.Apply(fact, ++version, Then);
        return state;
    }
}
