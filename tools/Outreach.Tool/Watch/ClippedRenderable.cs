using Spectre.Console.Rendering;

namespace Outreach.Tool.Watch;

/// <summary>The first lines of a drawing: what does not fit on the terminal must not scroll it.</summary>
internal sealed class ClippedRenderable(IRenderable whole, int lines) : Renderable
{
    /// <inheritdoc/>
    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (var line in Segment.SplitLines(whole.Render(options, maxWidth), maxWidth).Take(lines))
        {
            foreach (var segment in line)
                yield return segment;
            yield return Segment.LineBreak;
        }
    }
}
