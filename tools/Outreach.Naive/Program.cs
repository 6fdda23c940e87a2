// The baseline of `outreach bench`: a straightforward service that a team might write first. The bench sends the same calls to it
// and to the server. LogEncounter runs one INSERT for the encounter and one UPDATE of stock for each line, in one transaction per
// request, on SQLite (WAL, synchronous=FULL) or PostgreSQL. It has no views, rules, history, change feed or held records; it
// only recognizes repeated encounter ids and counts what it stores.
//
//   Outreach.Naive --Sqlite=FILE | --Postgres=CONNECTION [--GrpcPort=0] [--RawInsertSeconds=S]
//
// With RawInsertSeconds it does not start a server. It warms up for a few seconds, inserts encounters as fast as possible for
// that many seconds (one row each, 1,000 rows per transaction), prints the number of rows and exits.
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Outreach.Naive;

var builder = WebApplication.CreateBuilder(args);
var sqlite = builder.Configuration["Sqlite"];
var postgres = builder.Configuration["Postgres"];
if (sqlite is null == postgres is null)
{
    await Console.Error.WriteLineAsync("Specify either --Sqlite=FILE or --Postgres=CONNECTION.");
    return 2;
}

if (builder.Configuration.GetValue<int?>("RawInsertSeconds") is { } seconds)
{
    var (rows, elapsed, warmUpRows) = sqlite is not null
        ? RawInsert.RunOnSqlite(sqlite, TimeSpan.FromSeconds(seconds))
        : await RawInsert.RunOnPostgresAsync(postgres!, TimeSpan.FromSeconds(seconds));
    Console.WriteLine($"Inserted {rows} rows in {elapsed.TotalSeconds:F3} s, after {warmUpRows} to warm up");
    return 0;
}

builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
    IPAddress.Loopback,
    builder.Configuration.GetValue("GrpcPort", 0),
    listen => listen.Protocols = HttpProtocols.Http2));
builder.Services.AddGrpc();
var store = sqlite is not null ? SqliteStore.Open(sqlite) : await PostgresStore.OpenAsync(postgres!);
builder.Services.AddSingleton(_ => store);

await using var app = builder.Build();
app.MapGrpcService<NaiveEncounterService>();
app.MapGrpcService<NaiveStockService>();
app.MapGrpcService<NaiveOverviewService>();
await app.StartAsync();
Console.WriteLine($"Listening for gRPC on {app.Urls.Single()}");
await app.WaitForShutdownAsync();
return 0;
