using Outreach.Protocol.Catalog.V1;
using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Rows;

/// <summary>Turns rows into products.</summary>
public sealed class ProductRowReader(ProductMapping mapping)
{
    /// <summary>Reads one row.</summary>
    public PlannedRow<Product> Read(Row row)
    {
        var key = mapping.KeyOf(row);
        var notes = new RowNotes();
        var category = mapping.Category.Read(row, notes);
        var form = mapping.Form.Read(row, notes);
        if (category.Count != 1)
            return new(row.Number, key, null, notes.All, "its category is not in the mapping's table");
        if (form.Count != 1)
            return new(row.Number, key, null, notes.All, "its form is not in the mapping's table");
        var product = new Product
        {
            ProductId = mapping.ProductId.Read(row),
            Name = mapping.Name.Read(row),
            Category = category[0],
            Form = form[0],
            Strength = mapping.Strength?.Read(row) ?? "",
            DosesPerUnit = mapping.DosesPerUnit?.ReadAsTyped(row, notes) ?? 0,
            ItemsPerUnit = mapping.ItemsPerUnit?.ReadAsTyped(row, notes) ?? 0,
            UnitOfIssue = mapping.UnitOfIssue.Read(row),
            TracksLots = mapping.TracksLots?.Read(row, notes) ?? false,
            TracksExpiry = mapping.TracksExpiry?.Read(row, notes) ?? false,
        };
        if (FindError(product) is { } error)
            return new(row.Number, key, null, notes.All, error);
        if (mapping.Gtin?.Read(row) is { Length: > 0 } gtin)
            product.Identifiers.Add(new Identifier { Scheme = IdentifierScheme.Gtin, Value = gtin });
        return new(row.Number, key, product, notes.All, null);
    }

    private static string? FindError(Product product) =>
        !Slug.IsValid(product.ProductId) ? $"its product_id is not {Slug.Rule}"
        : product.Name.Length is < 1 or > 100 ? "its name does not have 1 to 100 characters"
        : product.Strength.Length > 50 ? "its strength has more than 50 characters"
        : product.UnitOfIssue.Length is < 1 or > 30 ? "its unit_of_issue does not have 1 to 30 characters"
        : product.DosesPerUnit is < 0 or > 1_000 ? "its doses_per_unit are not 0 to 1,000"
        : product.ItemsPerUnit is < 0 or > 10_000 ? "its items_per_unit are not 1 to 10,000"
        : product is { TracksExpiry: true, TracksLots: false } ? "its lots expire, so tracks_lots has to be yes"
        : null;
}
