using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Outreach.Web.Reports;

/// <summary>Words in a drawing. Razor keeps the element's own name for itself, hence a component.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>Its classes.</summary>
    [Parameter] public string Class { get; set; } = "";

    /// <summary>Where it stands from the left, as SVG takes it, for example "50%".</summary>
    [Parameter, EditorRequired] public string X { get; set; } = "0";

    /// <summary>Where its base line is, in pixels from the top.</summary>
    [Parameter, EditorRequired] public double Y { get; set; }

    /// <summary>Which point of it stands there: "start", "middle" or "end".</summary>
    [Parameter] public string Anchor { get; set; } = "start";

    /// <summary>The words.</summary>
    [Parameter, EditorRequired] public string Content { get; set; } = "";

    /// <inheritdoc />
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", Class);
        builder.AddAttribute(2, "x", X);
        builder.AddAttribute(3, "y", Y.ToString(CultureInfo.InvariantCulture));
        builder.AddAttribute(4, "text-anchor", Anchor);
        builder.AddContent(5, Content);
        builder.CloseElement();
    }
}
