using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Domain.Tests.Access;

public class PersonRulesTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 9, 0);
    private static readonly SecretHash FirstSecret = new(new string('1', SecretHash.Length)), SecondSecret = new(new string('2', SecretHash.Length));
    private static readonly EnrolledDeviceId Phone = new("phone"), Tablet = new("tablet");
    private static readonly Guid Request = Guid.Parse("0197a000-0000-7000-8000-000000000001"), Another = Guid.Parse("0197a000-0000-7000-8000-000000000002");

    private static readonly Person Worker = new(
        new PersonId("p-1"), default, "Worker", PersonKind.Person, [new Grant(Role.OutreachWorker, [])]);

    private static readonly Person Administrator = Worker with { Grants = [new Grant(Role.Administrator, [])] };

    [Fact]
    public void Adding_the_same_person_again_records_nothing_even_after_a_change()
    {
        var changed = Given(new PersonEvent.PersonAdded(Worker), new PersonEvent.PersonChanged(Worker with { Label = "W" }, Start));

        Assert.Equal(new Decision<PersonEvent>([]).Refusal, PersonRules.Add(changed, Worker).Refusal);
        Assert.Empty(PersonRules.Add(changed, Worker).Facts);
    }

    [Fact]
    public void The_refusal_of_a_taken_id_does_not_reveal_who_has_it()
    {
        var refusal = PersonRules.Add(Given(new PersonEvent.PersonAdded(Worker)), Worker with { Organization = new OrganizationId("north") }).Refusal;

        Assert.Equal("PERSON_EXISTS", refusal?.Code);
        Assert.DoesNotContain("Worker", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_administrator_cannot_be_removed()
    {
        var state = Given(new PersonEvent.PersonAdded(Administrator));

        Assert.Equal("LAST_ADMINISTRATOR", PersonRules.End(state, Administrator.Id, "left", null, othersAdminister: false).Refusal?.Code);
        Assert.Equal("LAST_ADMINISTRATOR", PersonRules.Change(state, Worker.Id, _ => Worker, null, othersAdminister: false).Refusal?.Code);
        Assert.Single(PersonRules.End(state, Administrator.Id, "left", null, othersAdminister: true).Facts);
    }

    [Fact]
    public void A_person_whose_access_has_ended_cannot_be_changed_or_sign_in()
    {
        var state = Given(
            new PersonEvent.PersonAdded(Worker),
            new PersonEvent.EnrollmentCodeCreated(FirstSecret, Start + Duration.FromHours(1), default),
            new PersonEvent.PersonEnded(Worker with { Ended = true }, Start, "left", FirstSecret));

        Assert.Equal("PERSON_ENDED", PersonRules.Change(state, Worker.Id, _ => Administrator, null, othersAdminister: true).Refusal?.Code);
        Assert.Equal("PERSON_ENDED", PersonRules.MakeCode(state, Worker.Id, new UsableEnrollmentCode(SecondSecret, Start)).Refusal?.Code);
        Assert.Equal("CODE_WRONG", PersonRules.UseCode(state, FirstSecret, Request, Phone, Start).Refusal?.Code);
        Assert.Empty(PersonRules.End(state, Worker.Id, "again", null, othersAdminister: false).Facts);
    }

    [Fact]
    public void A_code_enrolls_one_device_once()
    {
        var made = Given(new PersonEvent.PersonAdded(Worker), new PersonEvent.EnrollmentCodeCreated(FirstSecret, Start + Duration.FromHours(1), default));
        var used = PersonRules.UseCode(made, FirstSecret, Request, Phone, Start);
        var after = made.Apply(Assert.Single(used.Facts), 3, Start);

        Assert.Equal("CODE_WRONG", PersonRules.UseCode(after, FirstSecret, Another, Tablet, Start).Refusal?.Code);
        Assert.Equal(Phone, after.Spent?.Device);
    }

    [Fact]
    public void A_repeated_request_with_a_used_code_succeeds_for_ten_minutes()
    {
        var used = Given(new PersonEvent.PersonAdded(Worker), new PersonEvent.EnrollmentCodeCreated(FirstSecret, Start, default), new PersonEvent.EnrollmentCodeUsed(FirstSecret, Request, Phone));

        Assert.Null(PersonRules.UseCode(used, FirstSecret, Request, Tablet, Start + Duration.FromMinutes(10)).Refusal);
        Assert.Equal("CODE_WRONG", PersonRules.UseCode(used, FirstSecret, Request, Tablet, Start + Duration.FromMinutes(11)).Refusal?.Code);
    }

    [Fact]
    public void A_code_is_invalid_once_it_expires_or_is_replaced()
    {
        var expires = Start + Duration.FromHours(1);
        var made = Given(new PersonEvent.PersonAdded(Worker), new PersonEvent.EnrollmentCodeCreated(FirstSecret, expires, default));
        var replaced = made.Apply(Assert.Single(PersonRules.MakeCode(made, Worker.Id, new UsableEnrollmentCode(SecondSecret, expires)).Facts), 3, Start);

        Assert.Null(PersonRules.UseCode(made, FirstSecret, Request, Phone, expires - Duration.Epsilon).Refusal);
        Assert.Equal("CODE_WRONG", PersonRules.UseCode(made, FirstSecret, Request, Phone, expires).Refusal?.Code);
        Assert.Equal("CODE_WRONG", PersonRules.UseCode(replaced, FirstSecret, Request, Phone, Start).Refusal?.Code);
        Assert.Null(PersonRules.UseCode(replaced, SecondSecret, Request, Phone, Start).Refusal);
    }

    [Fact]
    public void A_person_from_another_identity_provider_gets_temporary_access_only()
    {
        var person = Worker with { Id = new PersonId(PersonId.ExternalPrefix + "1") };
        var (state, until) = (Given(new PersonEvent.PersonAdded(person)), Start + Duration.FromHours(12));

        Assert.Equal("PERSON_ELSEWHERE", PersonRules.MakeCode(state, person.Id, new UsableEnrollmentCode(FirstSecret, Start)).Refusal?.Code);
        var made = PersonRules.MakeCode(state, person.Id, new UsableEnrollmentCode(FirstSecret, Start, until));
        var used = state.Apply(Assert.Single(made.Facts), 2, Start).Apply(new PersonEvent.EnrollmentCodeUsed(FirstSecret, Request, Phone), 3, Start);

        Assert.Equal(until, used.Spent?.DeviceUntil);
    }

    private static PersonState Given(params PersonEvent[] facts)
    {
        var (state, version) = (new PersonState(), 0L);
        foreach (var fact in facts)
            state = state.Apply(fact, ++version, Start);
        return state;
    }
}
