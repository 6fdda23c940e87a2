using Outreach.Tool;
using Spectre.Console;

namespace Outreach.Server.Tests.Tool;

public class SafeTextTests
{
    [Theory]
    [InlineData("\u001b[2Jgone", "·[2Jgone")]
    [InlineData("a\0b\u0085c\u009b", "a·b·c·")]
    [InlineData("left\u202Eright\u2066", "left·right·")]
    [InlineData("\u200B\uFEFF", "··")]
    [InlineData("Café – Québec 日本 👩\u200D⚕", "Café – Québec 日本 👩\u200D⚕")]
    public void What_steers_a_terminal_or_hides_is_replaced(string text, string shown) => Assert.Equal(shown, SafeText.Replace(text));

    [Fact]
    public void Whatever_is_written_to_the_terminal_is_made_safe()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        var terminal = new Terminal(console, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(new StringWriter()) }));
        terminal.Out.WriteLine("name: \u001b]0;owned\u0007");
        terminal.Out.Write(new Table().AddColumn("x").AddRow(new Text("\u001b[31mred\u202E")));
        Assert.DoesNotContain(output.ToString(), c => c is '\u001b' or '\u0007' or '\u202E');
        Assert.Contains("name: ·]0;owned·", output.ToString(), StringComparison.Ordinal);
    }
}
