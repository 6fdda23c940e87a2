using Spectre.Console;

namespace Outreach.Tool.Watch;

/// <summary>
/// Draws on the terminal's second screen, so that what was there comes back at the end. It is drawn again at each change and when the
/// terminal has another size.
/// </summary>
public sealed class OverviewScreen : IOverviewSink
{
    private const string EnterSecondScreen = "\e[?1049h\e[?25l";
    private const string LeaveSecondScreen = "\e[?25h\e[?1049l";
    private const string CursorHome = "\e[H\e[K";
    private const string ClearBelow = "\e[J";
    private const string ClearAll = "\e[2J";

    private readonly Lock drawing = new();
    private readonly IAnsiConsole console;
    private readonly Timer resizing;
    private (OverviewSnapshot State, string? Trouble)? shown;
    private (int Width, int Height) size;

    /// <summary>Opens the second screen.</summary>
    public OverviewScreen(IAnsiConsole console)
    {
        this.console = console;
        Write(EnterSecondScreen);
        resizing = new Timer(_ => DrawIfResized(), null, TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(250));
    }

    /// <inheritdoc/>
    public void Show(OverviewSnapshot state, string? trouble)
    {
        lock (drawing)
        {
            shown = (state, trouble);
            Draw(Size());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (drawing)
        {
            resizing.Dispose();
            shown = null;
            Write(LeaveSecondScreen);
        }
    }

    private void DrawIfResized()
    {
        lock (drawing)
        {
            if (Size() is var now && now != size)
                Draw(now);
        }
    }

    private void Draw((int Width, int Height) now)
    {
        if (shown is not var (state, trouble))
            return;
        Write(now == size ? CursorHome : ClearAll + CursorHome);
        size = now;
        console.Write(OverviewRenderer.Draw(state, trouble, now));
        Write(ClearBelow);
    }

    private (int Width, int Height) Size() => (console.Profile.Width, console.Profile.Height);

    private void Write(string codes)
    {
        console.Profile.Out.Writer.Write(codes);
        console.Profile.Out.Writer.Flush();
    }
}
