using Outreach.Domain.Catalog;

namespace Outreach.Domain.Stock;

/// <summary>Units of a product that recorded stock did not cover, 1 or more.</summary>
public readonly record struct Shortfall(ProductId Product, long Units)
{
    /// <summary>Adds units to those of the same product.</summary>
    internal static void Add(List<Shortfall> sums, ProductId product, long units)
    {
        for (var i = 0; i < sums.Count; i++)
        {
            if (sums[i].Product == product)
            {
                sums[i] = new Shortfall(product, sums[i].Units + units);
                return;
            }
        }

        sums.Add(new Shortfall(product, units));
    }

    /// <summary>The units of one product; 0 if it is not in the list.</summary>
    internal static long UnitsOf(EquatableList<Shortfall> sums, ProductId product)
    {
        foreach (var sum in sums)
        {
            if (sum.Product == product)
                return sum.Units;
        }

        return 0;
    }
}
