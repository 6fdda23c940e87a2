using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Outreach.Web.Reports;

/// <summary>An SVG text element. It is a component because Razor uses the tag name "text" itself.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>The CSS classes.</summary>
    [Parameter] public string Class { get; set; } = "";

    /// <summary>The x coordinate, for example "50%".</summary>
    [Parameter, EditorRequired] public string X { get; set; } = "0";

    /// <summary>The y coordinate of the baseline, in pixels.</summary>
    [Parameter, EditorRequired] public double Y { get; set; }

    /// <summary>Which part of the text is at x: "start", "middle" or "end".</summary>
    [Parameter] public string Anchor { get; set; } = "start";

    /// <summary>The text.</summary>
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
