using NodaTime;
using Outreach.Domain.Access;

namespace Outreach.Domain.Tests.Access;

public class DeviceRulesTests
{
    private static readonly Instant Then = Instant.FromUtc(2026, 3, 1, 9, 0);
    private static readonly Device Phone = new(
        new EnrolledId("phone"), new PersonId("p-1"), default, "Phone", Standing.Enrolled, "", Then, Then);

    private static readonly Guid Request = Guid.Parse("0197a000-0000-7000-8000-000000000001");

    private static SecretMark Token(int number) => new(number.ToString("x").PadLeft(SecretMark.Length, '0'));

    [Fact]
    public void Each_refresh_token_is_good_for_once_and_its_reuse_ends_all()
    {
        var state = Enrolled();
        state = Refreshed(state, used: 1, next: 2, Then);
        state = Refreshed(state, used: 2, next: 3, Then);

        var reused = DeviceRules.Refresh(state, Token(1), Token(4), Guid.Empty, Then);

        Assert.Equal("SESSION_ENDED", reused.Refusal?.Code);
        state = state.Apply(Assert.Single(reused.Facts), Then);
        Assert.Equal(Standing.TokenReused, state.Device?.Standing);
        Assert.Equal("SESSION_ENDED", DeviceRules.Refresh(state, Token(3), Token(4), Guid.Empty, Then).Refusal?.Code);
    }

    [Fact]
    public void A_lost_answer_is_mended_for_the_request_that_asked_and_what_was_lost_is_void()
    {
        var state = Refreshed(Enrolled(), used: 1, next: 2, Then, Request);
        state = Refreshed(state, used: 1, next: 3, Then + Duration.FromDays(1), Request);
        state = Refreshed(state, used: 1, next: 4, Then + Duration.FromDays(2), Request);

        Assert.Equal(Token(4), state.Current);
        Assert.IsType<DeviceEvent.DeviceShutOut>(Assert.Single(DeviceRules.Refresh(state, Token(2), Token(5), Request, Then).Facts));
    }

    [Fact]
    public void Another_request_with_a_token_that_was_used_up_ends_all_at_once()
    {
        var state = Refreshed(Enrolled(), used: 1, next: 2, Then, Request);

        Assert.IsType<DeviceEvent.DeviceShutOut>(Assert.Single(DeviceRules.Refresh(state, Token(1), Token(3), Guid.NewGuid(), Then).Facts));
        Assert.IsType<DeviceEvent.DeviceShutOut>(Assert.Single(DeviceRules.Refresh(state, Token(1), Token(3), Guid.Empty, Then).Facts));
    }

    [Fact]
    public void A_request_without_an_id_is_no_repetition_of_another_without_one()
    {
        var state = Refreshed(Enrolled(), used: 1, next: 2, Then);

        Assert.IsType<DeviceEvent.DeviceShutOut>(Assert.Single(DeviceRules.Refresh(state, Token(1), Token(3), Guid.Empty, Then).Facts));
    }

    [Fact]
    public void A_token_whose_successor_was_used_is_not_taken_again()
    {
        var state = Refreshed(Refreshed(Enrolled(), used: 1, next: 2, Then, Request), used: 2, next: 3, Then);

        Assert.NotNull(DeviceRules.Refresh(state, Token(1), Token(4), Request, Then).Refusal);
    }

    [Fact]
    public void A_token_ends_after_ninety_days_and_shuts_nothing_out()
    {
        var late = DeviceRules.Refresh(Enrolled(), Token(1), Token(2), Guid.Empty, Then + Duration.FromDays(91));

        Assert.Equal("SESSION_ENDED", late.Refusal?.Code);
        Assert.Empty(late.Facts);
    }

    [Fact]
    public void A_device_that_may_come_in_for_a_while_ends_then_whenever_it_was_refreshed()
    {
        var until = Then + Duration.FromHours(12);
        var state = DeviceState.Empty.Apply(new DeviceEvent.DeviceEnrolled(Phone with { Until = until }, Token(1)), Then);
        state = Refreshed(state, used: 1, next: 2, until - Duration.Epsilon);

        var late = DeviceRules.Refresh(state, Token(2), Token(3), Guid.Empty, until);

        Assert.Equal("SESSION_ENDED", late.Refusal?.Code);
        Assert.Empty(late.Facts);
    }

    [Fact]
    public void An_enrolment_is_answered_again_until_its_first_token_was_used()
    {
        var again = Enrolled().Apply(Assert.Single(DeviceRules.Enroll(Enrolled(), Phone, Token(9)).Facts), Then);
        Assert.Equal(Token(9), again.Current);
        Assert.Equal(default, again.Before);

        Assert.Equal("CODE_WRONG", DeviceRules.Enroll(Refreshed(again, used: 9, next: 10, Then), Phone, Token(11)).Refusal?.Code);
    }

    [Fact]
    public void A_device_that_is_out_stays_out_as_it_is()
    {
        var state = Enrolled();
        state = state.Apply(Assert.Single(DeviceRules.ShutOut(state, Phone.Id, Standing.ShutOut, "lost").Facts), Then);

        Assert.Empty(DeviceRules.ShutOut(state, Phone.Id, Standing.SignedOut, "").Facts);
        Assert.Equal("lost", state.Device?.Reason);
        Assert.Equal("SESSION_ENDED", DeviceRules.Refresh(state, Token(1), Token(2), Guid.Empty, Then).Refusal?.Code);
        Assert.Empty(DeviceRules.Refresh(state, Token(7), Token(2), Guid.Empty, Then).Facts);
        Assert.Equal("DEVICE_UNKNOWN", DeviceRules.ShutOut(DeviceState.Empty, Phone.Id, Standing.ShutOut, "").Refusal?.Code);
    }

    private static DeviceState Enrolled() => DeviceState.Empty.Apply(new DeviceEvent.DeviceEnrolled(Phone, Token(1)), Then);

    private static DeviceState Refreshed(DeviceState state, int used, int next, Instant now, Guid request = default)
    {
        var decision = DeviceRules.Refresh(state, Token(used), Token(next), request, now);
        Assert.Null(decision.Refusal);
        return state.Apply(Assert.Single(decision.Facts), now);
    }
}
