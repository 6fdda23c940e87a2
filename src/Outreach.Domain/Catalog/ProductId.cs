namespace Outreach.Domain.Catalog;

/// <summary>A product's id: <see cref="Slug.Rule"/>. The default value is not an id and must not be used.</summary>
public readonly record struct ProductId
{
    /// <exception cref="ArgumentException"><paramref name="value"/> is not an id.</exception>
    public ProductId(string value) => Value = Slug.Require(value);

    public string Value { get; }

    public override string ToString() => Value;
}
