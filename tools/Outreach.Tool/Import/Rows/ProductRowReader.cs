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
        if (mapping.Gtin?.Read(row) is { Length: > 0 } gtin)
            product.Identifiers.Add(new Identifier { Scheme = IdentifierScheme.Gtin, Value = gtin });
        return new(row.Number, key, product, notes.All, null);
    }
}
