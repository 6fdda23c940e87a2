using System.Text.Json.Nodes;
using Outreach.Tool.Ledger;

namespace Outreach.Server.Tests.Tool;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("outreach-export-").FullName;

    private string Target => Path.Combine(folder, "out.csv");

    [Fact]
    public async Task A_complete_file_replaces_the_previous_one()
    {
        await File.WriteAllTextAsync(Target, "old", TestContext.Current.CancellationToken);
        await AtomicFile.WriteAsync(Target, text => text.WriteAsync("new"));
        Assert.Equal("new", await File.ReadAllTextAsync(Target, TestContext.Current.CancellationToken));
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task An_interrupted_write_leaves_only_the_previous_file()
    {
        await File.WriteAllTextAsync(Target, "old", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => AtomicFile.WriteAsync(Target, async text =>
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
    public void Records_are_lines_and_formulas_are_escaped(string format, string expected)
    {
        var text = new StringWriter();
        using (var writer = RecordWriter.For(format, text))
        {
            writer.WriteHeader(["a", "b"]);
            writer.Write(["1", "=SUM(A1)"], new JsonObject { ["b"] = "=SUM(A1)" });
            writer.Write(["2", "é"], new JsonObject { ["b"] = "é" });
        }
        Assert.Equal(expected, text.ToString());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
