using NodaTime;
using Outreach.Domain.Access;

namespace Outreach.Domain.Tests.Access;

public class DeviceRulesTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 1, 9, 0);
    private static readonly Device PhoneDevice = new(
        new EnrolledDeviceId("phone"), new PersonId("p-1"), default, "Phone", DeviceStatus.Enrolled, "", Start, Start);

    private static readonly Guid Request = Guid.Parse("0197a000-0000-7000-8000-000000000001");

    private static SecretHash Token(int number) => new(number.ToString("x").PadLeft(SecretHash.Length, '0'));

    [Fact]
    public void A_refresh_token_works_once_and_its_reuse_ends_the_session()
    {
        var state = Enrolled();
        state = Refreshed(state, used: 1, next: 2, Start);
        state = Refreshed(state, used: 2, next: 3, Start);

        var reused = DeviceRules.Refresh(state, Token(1), Token(4), Guid.Empty, Start);

        Assert.Equal("SESSION_ENDED", reused.Refusal?.Code);
        state = state.Apply(Assert.Single(reused.Facts), Start);
        Assert.Equal(DeviceStatus.TokenReused, state.Device?.Status);
        Assert.Equal("SESSION_ENDED", DeviceRules.Refresh(state, Token(3), Token(4), Guid.Empty, Start).Refusal?.Code);
    }

    [Fact]
    public void A_repeated_refresh_request_gets_new_tokens_and_revokes_the_lost_ones()
    {
        var state = Refreshed(Enrolled(), used: 1, next: 2, Start, Request);
        state = Refreshed(state, used: 1, next: 3, Start + Duration.FromDays(1), Request);
        state = Refreshed(state, used: 1, next: 4, Start + Duration.FromDays(2), Request);

        Assert.Equal(Token(4), state.CurrentToken);
        Assert.IsType<DeviceEvent.DeviceAccessEnded>(Assert.Single(DeviceRules.Refresh(state, Token(2), Token(5), Request, Start).Facts));
    }

    [Fact]
    public void A_different_request_with_a_used_token_ends_the_session()
    {
        var state = Refreshed(Enrolled(), used: 1, next: 2, Start, Request);

        Assert.IsType<DeviceEvent.DeviceAccessEnded>(Assert.Single(DeviceRules.Refresh(state, Token(1), Token(3), Guid.NewGuid(), Start).Facts));
        Assert.IsType<DeviceEvent.DeviceAccessEnded>(Assert.Single(DeviceRules.Refresh(state, Token(1), Token(3), Guid.Empty, Start).Facts));
    }

    [Fact]
    public void Two_requests_without_an_id_are_not_the_same_request()
    {
        var state = Refreshed(Enrolled(), used: 1, next: 2, Start);

        Assert.IsType<DeviceEvent.DeviceAccessEnded>(Assert.Single(DeviceRules.Refresh(state, Token(1), Token(3), Guid.Empty, Start).Facts));
    }

    [Fact]
    public void A_token_is_refused_once_its_successor_was_used()
    {
        var state = Refreshed(Refreshed(Enrolled(), used: 1, next: 2, Start, Request), used: 2, next: 3, Start);

        Assert.NotNull(DeviceRules.Refresh(state, Token(1), Token(4), Request, Start).Refusal);
    }

    [Fact]
    public void A_token_expires_after_ninety_days_without_shutting_the_device_out()
    {
        var late = DeviceRules.Refresh(Enrolled(), Token(1), Token(2), Guid.Empty, Start + Duration.FromDays(91));

        Assert.Equal("SESSION_ENDED", late.Refusal?.Code);
        Assert.Empty(late.Facts);
    }

    [Fact]
    public void A_temporary_device_ends_on_time_even_if_it_was_refreshed()
    {
        var until = Start + Duration.FromHours(12);
        var state = DeviceState.Empty.Apply(new DeviceEvent.DeviceEnrolled(PhoneDevice with { Until = until }, Token(1)), Start);
        state = Refreshed(state, used: 1, next: 2, until - Duration.Epsilon);

        var late = DeviceRules.Refresh(state, Token(2), Token(3), Guid.Empty, until);

        Assert.Equal("SESSION_ENDED", late.Refusal?.Code);
        Assert.Empty(late.Facts);
    }

    [Fact]
    public void A_repeated_enrollment_is_answered_until_its_first_token_is_used()
    {
        var again = Enrolled().Apply(Assert.Single(DeviceRules.Enroll(Enrolled(), PhoneDevice, Token(9)).Facts), Start);
        Assert.Equal(Token(9), again.CurrentToken);
        Assert.Equal(default, again.PreviousToken);

        Assert.Equal("CODE_WRONG", DeviceRules.Enroll(Refreshed(again, used: 9, next: 10, Start), PhoneDevice, Token(11)).Refusal?.Code);
    }

    [Fact]
    public void A_device_that_is_shut_out_keeps_its_status_and_reason()
    {
        var state = Enrolled();
        state = state.Apply(Assert.Single(DeviceRules.ShutOut(state, PhoneDevice.Id, DeviceStatus.ShutOut, "lost").Facts), Start);

        Assert.Empty(DeviceRules.ShutOut(state, PhoneDevice.Id, DeviceStatus.SignedOut, "").Facts);
        Assert.Equal("lost", state.Device?.Reason);
        Assert.Equal("SESSION_ENDED", DeviceRules.Refresh(state, Token(1), Token(2), Guid.Empty, Start).Refusal?.Code);
        Assert.Empty(DeviceRules.Refresh(state, Token(7), Token(2), Guid.Empty, Start).Facts);
        Assert.Equal("DEVICE_UNKNOWN", DeviceRules.ShutOut(DeviceState.Empty, PhoneDevice.Id, DeviceStatus.ShutOut, "").Refusal?.Code);
    }

    private static DeviceState Enrolled() => DeviceState.Empty.Apply(new DeviceEvent.DeviceEnrolled(PhoneDevice, Token(1)), Start);

    private static DeviceState Refreshed(DeviceState state, int used, int next, Instant now, Guid request = default)
    {
        var decision = DeviceRules.Refresh(state, Token(used), Token(next), request, now);
        Assert.Null(decision.Refusal);
        return state.Apply(Assert.Single(decision.Facts), now);
    }
}
