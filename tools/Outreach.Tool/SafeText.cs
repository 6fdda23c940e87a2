using System.Globalization;
using System.Text;
using Spectre.Console.Rendering;

namespace Outreach.Tool;

/// <summary>Keeps what others wrote from steering the terminal or hiding what it says.</summary>
internal sealed class SafeText : IRenderHook
{
    private const char Replacement = '·';

    /// <summary>
    /// Replaces control characters, line and paragraph separators, lone surrogates and characters that are invisible or change the
    /// direction of writing. Joiners stay: some scripts need them.
    /// </summary>
    public static string Replace(string text) => text.All(IsSafe) ? text : string.Concat(text.EnumerateRunes().Select(r => IsSafe(r) ? r.ToString() : $"{Replacement}"));

    /// <inheritdoc/>
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(r => new SafeRenderable(r));

    private static bool IsSafe(char c) => c is >= ' ' and <= '~';

    private static bool IsSafe(Rune rune) => rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse);

    private sealed class SafeRenderable(IRenderable whole) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => whole.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => whole.Render(options, maxWidth).Select(ToSafe);

        private static Segment ToSafe(Segment segment) =>
            segment.IsControlCode || segment.IsLineBreak ? segment : new Segment(Replace(segment.Text), segment.Style);
    }
}
