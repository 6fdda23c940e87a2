using System.Text.Json.Nodes;
using Outreach.Tool.Ledger;

namespace Outreach.Server.Tests.Tool;

public sealed class WholeFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-export-").FullName;

    private string Target => Path.Combine(folder, "out.csv");

    [Fact]
    public async Task A_file_takes_the_place_of_the_one_before_when_it_is_whole()
    {
        await File.WriteAllTextAsync(Target, "old", TestContext.Current.CancellationToken);
        await WholeFile.WriteAsync(Target, text => text.WriteAsync("new"));
        Assert.Equal("new", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task One_that_is_cut_off_leaves_the_one_before_and_nothing_else()
    {
        await File.WriteAllTextAsync(Target, "old", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => WholeFile.WriteAsync(Target, async text =>
        {
            await text.WriteAsync("half");
            throw new TimeoutException();
        }));
        Assert.Equal("old", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("csv", "a,b\r\n1,\"'=SUM(A1)\"\r\n2,é\r\n")]
    [InlineData("jsonl", "{\"b\":\"=SUM(A1)\"}\n{\"b\":\"é\"}\n")]
    public void Records_are_lines_and_a_spreadsheet_finds_no_formula(string format, string expected)
    {
        var text = new StringWriter();
        using (var writer = RecordWriter.For(format, text))
        {
            writer.Head(["a", "b"]);
            writer.Write(["1", "=SUM(A1)"], new JsonObject { ["b"] = "=SUM(A1)" });
            writer.Write(["2", "é"], new JsonObject { ["b"] = "é" });
        }
        Assert.Equal(expected, text.ToString());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
