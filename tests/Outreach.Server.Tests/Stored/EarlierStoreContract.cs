using System.Net;
using System.Text.Json.Nodes;

namespace Outreach.Server.Tests.Stored;

/// <summary>Today's server on what an earlier version stored: it reads it, answers as before, and goes on from there.</summary>
public abstract class EarlierStoreContract(EarlierStore store)
{
    /// <summary>Every kind of fact that the version could store. Kinds that came later are in later stores.</summary>
    private static readonly string[] Kinds =
    [
        "audit acted", "audit attempted", "audit looked",
        "catalog productAdded", "catalog productChanged", "catalog productRetired",
        "device deviceEnrolled", "device deviceShutOut", "device tokenRefreshed",
        "key ",
        "organization organizationAdded", "organization organizationChanged",
        "person codeMade", "person codeUsed", "person personAdded", "person personChanged", "person personEnded",
        "site siteAdded", "site siteChanged",
        "stock corrected", "stock dropped", "stock handOverBegun", "stock handOverRefused", "stock held", "stock logged", "stock lotExpired",
        "stock received", "stock released", "stock settled", "stock voided",
    ];

    /// <summary>How ALREADY_EXISTS is written in an answer over HTTP.</summary>
    private const string AlreadyExists = "\"code\":6,";

    [Fact]
    public async Task Every_fact_is_exported_as_it_was_stored_and_every_kind_is_among_them()
    {
        await using var server = await store.OpenAsync();
        var kept = store.Lines("facts.jsonl.gz").ToList();

        var exported = await server.FactsAsync();

        foreach (var (fact, i) in kept.Select((fact, i) => (fact, i)))
            Kept.AssertSame(fact, exported[i], $"fact {i + 1}");
        Assert.Equal(Kinds, kept.Select(KindOf).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_question_is_answered_as_before_and_again_after_a_rebuild()
    {
        await using var server = await store.OpenAsync();

        await AssertAnsweredAsync(server, "answers.jsonl");
        await server.AssertWholeAsync();
        await AssertAnsweredAsync(server, "answers.jsonl");
    }

    [Fact]
    public async Task A_request_is_recognized_when_it_comes_again_and_refused_when_it_comes_with_other_content()
    {
        await using var server = await store.OpenAsync();
        var before = await CountRecordedAsync(server);

        await AssertAnsweredAsync(server, "repeated.jsonl");
        foreach (var line in store.Lines("repeated.jsonl"))
        {
            var (status, text) = await server.SendAsync((string)line["call"]!, line["other"]!);
            Assert.Equal((line["call"]!.ToString(), HttpStatusCode.Conflict), (line["call"]!.ToString(), status));
            Assert.Contains(AlreadyExists, text, StringComparison.Ordinal);
        }

        Assert.Equal(before, await CountRecordedAsync(server));
    }

    [Fact]
    public async Task New_requests_are_recorded_in_the_form_that_is_kept()
    {
        await using var server = await store.OpenAsync();
        var before = (await server.FactsAsync()).Count;

        await AssertAnsweredAsync(server, "added.jsonl");

        var recorded = (await server.FactsAsync()).Skip(before).ToList();
        foreach (var (kept, i) in store.Lines("added-facts.jsonl").Select((kept, i) => (kept, i)))
        {
            recorded[i]["json"] = JsonNode.Parse((string)recorded[i]["json"]!);
            Kept.AssertSame(kept, recorded[i], $"fact {i + 1}");
        }

        await server.AssertWholeAsync();
    }

    [Fact]
    public async Task A_code_that_was_given_out_before_lets_its_owner_in()
    {
        await using var server = await store.OpenAsync();

        var entered = await server.CallAsync("POST /v1/session:enroll", new JsonObject
        {
            ["requestId"] = Guid.NewGuid().ToString(), ["code"] = store.EnrollmentCode, ["deviceLabel"] = "Import server",
        });

        Assert.Equal("importer", (string)entered["person"]!["personId"]!);
        await server.AssertWholeAsync();
    }

    private static string KindOf(JsonNode fact) => $"{FamilyOf(fact)} {(string)fact["kind"]!}";

    private static string FamilyOf(JsonNode fact) => ((string)fact["stream"]!).Split('/')[0];

    private async Task AssertAnsweredAsync(StoredServer server, string file)
    {
        foreach (var line in store.Lines(file))
        {
            var call = (string)line["call"]!;
            Kept.AssertSame(line["answer"]!, await server.CallAsync(call, line["body"]), $"{call} {line["body"]?.ToJsonString()} ");
        }
    }

    /// <summary>Counts all facts but those of the audit log, which records every request.</summary>
    private static async Task<int> CountRecordedAsync(StoredServer server) =>
        (await server.FactsAsync()).Count(fact => FamilyOf(fact) != "audit");
}

public sealed class EarlierSqliteTests(EarlierSqlite store) : EarlierStoreContract(store), IClassFixture<EarlierSqlite>;

public sealed class EarlierPostgresTests(EarlierPostgres store) : EarlierStoreContract(store), IClassFixture<EarlierPostgres>;
