using Spectre.Console.Rendering;

namespace Outreach.Tool.Watch;

/// <summary>Renders only the first lines, so that content that does not fit cannot scroll the terminal.</summary>
internal sealed class ClippedRenderable(IRenderable content, int maxLines) : Renderable
{
    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in Segment.SplitLines(content.Render(options, maxWidth), maxWidth).Take(maxLines))
        {
            foreach (var segment in line)
                yield return segment;
            yield return Segment.LineBreak;
        }
    }
}
