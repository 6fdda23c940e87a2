using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Server.Rpc;

namespace Outreach.Server.Tests.Rpc;

public class FieldParserTests
{
    private readonly Violations violations = new();

    [Theory]
    [InlineData("4f9dd7a6-2b0c-4a55-9e3c-0d8a3c4d5e6f", true)]
    [InlineData("00000000-0000-0000-0000-000000000000", false)]
    [InlineData("4f9dd7a62b0c4a559e3c0d8a3c4d5e6f", false)]
    [InlineData("", false)]
    public void A_UUID_has_hyphens_and_is_not_all_zeros(string text, bool valid)
    {
        FieldParser.ParseUuid(text, "request_id", violations);
        Assert.Equal(valid ? [] : [$"must be a UUID; this is '{text}'."], Found);
    }

    [Theory]
    [InlineData("2026-02-28", true)]
    [InlineData("2026-02-29", false)]
    [InlineData("1899-12-31", false)]
    [InlineData("", true)]
    public void An_optional_day_is_a_day_of_the_calendar_or_empty(string text, bool valid)
    {
        FieldParser.ParseOptionalDay(text, "from_day", violations);
        Assert.Equal(valid, !violations.Any);
    }

    [Fact]
    public void A_time_outside_the_years_1_to_9998_is_named_as_it_was_sent()
    {
        FieldParser.ParseOptionalInstant(new Timestamp { Seconds = long.MaxValue, Nanos = 7 }, "at", violations);
        Assert.Equal(["must be a time in the years 1 to 9998; this is 9223372036854775807 seconds and 7 nanoseconds after 1970."], Found);
    }

    [Fact]
    public void A_valid_time_keeps_its_nanoseconds() =>
        Assert.Equal(Instant.FromUnixTimeTicks(10_000_000).PlusNanoseconds(7), FieldParser.ParseOptionalInstant(new Timestamp { Seconds = 1, Nanos = 7 }, "at", violations));

    [Fact]
    public void Ids_are_distinct_in_order_and_one_malformed_one_is_named()
    {
        Assert.Equal(["a", "b"], FieldParser.ParseIds(["b", "a", "b"], "site_ids", 3, violations));
        FieldParser.ParseIds(["a", "No!", "b", "c"], "site_ids", 3, violations);
        Assert.Equal(2, Found.Length);
        Assert.Equal("must have at most 3 entries; this has 4.", Found[0]);
        Assert.Contains("this has 'No!'", Found[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("", null)]
    [InlineData("-1", null)]
    [InlineData(" 1", null)]
    [InlineData("9223372036854775808", null)]
    public void A_number_as_text_is_digits_alone(string text, long? number)
    {
        Assert.Equal(number, FieldParser.ParseEtag(text, "etag", violations));
        Assert.Equal(number is null && text.Length > 0, violations.Any);
    }

    [Fact]
    public void Text_is_counted_in_characters_as_people_see_them()
    {
        Assert.Equal("😀😀", FieldParser.ParseText(" 😀😀 ", "name", 1, 2, violations));
        Assert.False(violations.Any);
        FieldParser.ParseText("a\0b", "name", 1, 2, violations);
        Assert.Equal(["must have 1 to 2 characters; this has 3.", FieldErrors.ControlCharacters], Found);
    }

    private string[] Found => [.. violations.Found.Select(violation => violation.Description)];
}
