using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Outreach.Tool;

namespace Outreach.Server.Tests.Tool;

public sealed class CliTests : IDisposable
{
    private readonly ToolRun run = new();

    [Theory]
    [InlineData("verify")]
    [InlineData("rebuild")]
    [InlineData("watch")]
    [InlineData("held list")]
    public async Task An_unreachable_server_is_reported_in_a_sentence(string command)
    {
        // Port 1 is reserved and nothing listens there.
        var code = await run.RunAsync([.. command.Split(' '), "--server", "http://127.0.0.1:1"]);
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Contains("The server at http://127.0.0.1:1/ cannot be reached", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_is_reported_before_the_server_is_called()
    {
        var mapping = MappingFileTests.ShippedMappingPath("philadelphia-sites.json");
        Assert.Equal(ExitCode.Usage, await run.RunAsync("import", "sites", "nowhere.csv", "--mapping", mapping));
        Assert.Equal("There is no file nowhere.csv.", run.Errors.Trim());
    }

    [Fact]
    public async Task An_unwritable_report_is_reported_before_anything_is_sent()
    {
        var mapping = MappingFileTests.ShippedMappingPath("philadelphia-sites.json");
        var code = await run.RunAsync(
            "import", "sites", SharedData.Find("philadelphia/sites.csv"), "--mapping", mapping, "--report", Path.Combine(Path.GetTempPath(), "no-such-folder", "r.csv"),
            "--server", "http://127.0.0.1:1");
        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith("The report cannot be written to ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rejected_row_has_its_own_exit_code_and_reason()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            "site_id,visit_month,syringes_returned,syringes_dispensed,no_exchanging_for\n1,2019-01-01\n",
            TestContext.Current.CancellationToken);
        var mapping = MappingFileTests.ShippedMappingPath("philadelphia-exchanges.json");
        var code = await run.RunAsync("import", "encounters", file, "--mapping", mapping, "--dry-run");
        Assert.Equal(ExitCode.Findings, code);
        Assert.Contains("it has 2 fields where the header has 5 (1 row: 1)", run.Output, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Theory]
    [InlineData("encounters", "syringes_returned_weight (weight column)")]
    [InlineData("receipts", "expires_on (day column)")]
    [InlineData("sites", "site_kind (enum column)")]
    public async Task The_help_of_an_import_describes_its_mapping(string kind, string property)
    {
        Assert.Equal(ExitCode.Success, await run.RunAsync("import", kind, "--help"));
        Assert.Contains(property, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_schema_of_mappings_is_printed()
    {
        Assert.Equal(ExitCode.Success, await run.RunAsync("import", "schema"));
        Assert.Contains("https://json-schema.org/draft/2020-12/schema", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Violations_are_listed_by_field()
    {
        var violation = new BadRequest.Types.FieldViolation { Field = "site.name", Description = "it is empty" };
        var status = new Google.Rpc.Status
        {
            Code = (int)Code.InvalidArgument,
            Message = "1 field",
            Details = { Any.Pack(new BadRequest { FieldViolations = { violation } }) },
        };
        var said = FailureMessage.Format(status.ToRpcException(), new Uri("http://x"));
        Assert.Equal(["The server could not read the request: 1 field", "  site.name: it is empty"], said.Split(Environment.NewLine));
    }

    public void Dispose() => run.Dispose();
}
