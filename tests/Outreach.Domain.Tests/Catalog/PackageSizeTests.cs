using Outreach.Domain.Catalog;

namespace Outreach.Domain.Tests.Catalog;

public class PackageSizeTests
{
    [Theory]
    [InlineData("carton", 2)]
    [InlineData("a name with thirty characters.", 100_000)]
    public void A_package_size_within_bounds_is_valid(string name, int units)
    {
        Assert.Equal((name, units), (new PackageSize(name, units).Name, new PackageSize(name, units).Units));
    }

    [Theory]
    [InlineData("", 2)]
    [InlineData(" ", 2)]
    [InlineData("a name with thirty-one letters.", 2)]
    [InlineData("carton", 1)]
    [InlineData("carton", 100_001)]
    [InlineData("carton", -12)]
    public void A_package_size_outside_the_bounds_is_refused(string name, int units)
    {
        Assert.ThrowsAny<ArgumentException>(() => new PackageSize(name, units));
    }
}
