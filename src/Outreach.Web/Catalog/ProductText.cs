using Outreach.Protocol.Catalog.V1;
using Outreach.Web.Shell.Names;

namespace Outreach.Web.Catalog;

/// <summary>Texts about products.</summary>
internal static class ProductText
{
    /// <summary>Every category that a person can pick.</summary>
    public static readonly IReadOnlyList<(Category Value, string Text)> Categories =
        [.. Enum.GetValues<Category>().Where(category => category != Category.Unspecified).Select(category => (category, DisplayNames.CategoryName(category)))];

    /// <summary>Every form that a person can pick.</summary>
    public static readonly IReadOnlyList<(Form Value, string Text)> Forms =
    [
        (Form.Item, "Other item"),
        (Form.NasalSpray, "Nasal spray"),
        (Form.Vial, "Vial"),
        (Form.AutoInjector, "Auto-injector"),
        (Form.PrefilledSyringe, "Prefilled syringe"),
        (Form.Kit, "Kit"),
        (Form.TestStrip, "Test strip"),
        (Form.Syringe, "Syringe"),
    ];

    /// <summary>Every scheme of a printed code that a person can pick.</summary>
    public static readonly IReadOnlyList<(IdentifierScheme Value, string Text)> Schemes =
    [
        (IdentifierScheme.Gtin, "GTIN (bar code)"),
        (IdentifierScheme.Ndc442, "NDC 4-4-2"),
        (IdentifierScheme.Ndc532, "NDC 5-3-2"),
        (IdentifierScheme.Ndc541, "NDC 5-4-1"),
        (IdentifierScheme.Ndc542, "NDC 5-4-2"),
    ];
}
