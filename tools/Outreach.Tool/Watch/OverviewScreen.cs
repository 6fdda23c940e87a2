using Spectre.Console;

namespace Outreach.Tool.Watch;

/// <summary>
/// Displays the overview on the terminal's alternate screen and restores the original screen at the end. Redraws at each change
/// and when the terminal is resized.
/// </summary>
public sealed class OverviewScreen : IOverviewSink
{
    private const string EnterAlternateScreen = "\e[?1049h\e[?25l";
    private const string LeaveAlternateScreen = "\e[?25h\e[?1049l";
    private const string CursorHome = "\e[H\e[K";
    private const string ClearBelow = "\e[J";
    private const string ClearAll = "\e[2J";

    private readonly Lock drawLock = new();
    private readonly IAnsiConsole console;
    private readonly Timer resizeTimer;
    private (OverviewSnapshot Overview, string? Warning)? shown;
    private (int Width, int Height) size;

    /// <summary>Switches to the alternate screen.</summary>
    public OverviewScreen(IAnsiConsole console)
    {
        this.console = console;
        Write(EnterAlternateScreen);
        resizeTimer = new Timer(_ => DrawIfResized(), null, TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(250));
    }

    /// <inheritdoc/>
    public void Show(OverviewSnapshot overview, string? warning)
    {
        lock (drawLock)
        {
            shown = (overview, warning);
            Draw(Size());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (drawLock)
        {
            resizeTimer.Dispose();
            shown = null;
            Write(LeaveAlternateScreen);
        }
    }

    private void DrawIfResized()
    {
        lock (drawLock)
        {
            if (Size() is var newSize && newSize != size)
                Draw(newSize);
        }
    }

    private void Draw((int Width, int Height) newSize)
    {
        if (shown is not var (overview, warning))
            return;
        Write(newSize == size ? CursorHome : ClearAll + CursorHome);
        size = newSize;
        console.Write(OverviewRenderer.Render(overview, warning, newSize));
        Write(ClearBelow);
    }

    private (int Width, int Height) Size() => (console.Profile.Width, console.Profile.Height);

    private void Write(string codes)
    {
        console.Profile.Out.Writer.Write(codes);
        console.Profile.Out.Writer.Flush();
    }
}
