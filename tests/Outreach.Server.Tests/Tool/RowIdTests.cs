using CsCheck;
using Outreach.Tool.Import;

namespace Outreach.Server.Tests.Tool;

public class RowIdTests
{
    // If this fails, every file that was ever imported can be imported a second time.
    [Fact]
    public void The_id_of_a_row_never_changes() =>
        Assert.Equal(
            Guid.Parse("45dab30e-6fd4-8a41-906e-4b8897c9257e"),
            RowId.Of("Prevention Point Philadelphia, syringe exchanges 2019 by site and month", "1/2019-01-01"));

    [Fact]
    public void It_is_a_uuid_of_version_8_and_the_usual_variant() =>
        Gen.String.Select(Gen.String).Sample((source, key) =>
            RowId.Of(source, key) is { Version: 8, Variant: >= 8 and <= 11 } id && id == RowId.Of(source, key));

    [Fact]
    public void Source_and_key_are_kept_apart() => Assert.NotEqual(RowId.Of("a", "bc"), RowId.Of("ab", "c"));
}
