// A measuring stick, not a product: the service a team would write first, with nothing clever and nothing silly in it.
// `outreach bench` starts it beside the server and sends both the same calls. It answers LogEncounter with one INSERT of the
// encounter and one UPDATE of stock per line, in one transaction per request, on SQLite (WAL, synchronous=FULL) or PostgreSQL.
// It has no views, rules, history, feed or hold list; it tells an encounter id apart and counts what it holds.
//
//   Outreach.Naive --Sqlite=FILE | --Postgres=CONNECTION [--GrpcPort=0] [--RawInsertSeconds=S]
//
// With RawInsertSeconds it serves nothing: after a few seconds to warm up it inserts encounters one row each, 1,000 a
// transaction, for that long, as fast as the store takes them, prints how many, and ends.
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Outreach.Naive;

var builder = WebApplication.CreateBuilder(args);
var sqlite = builder.Configuration["Sqlite"];
var postgres = builder.Configuration["Postgres"];
if (sqlite is null == postgres is null)
{
    await Console.Error.WriteLineAsync("Give either --Sqlite=FILE or --Postgres=CONNECTION.");
    return 2;
}

if (builder.Configuration.GetValue<int?>("RawInsertSeconds") is { } seconds)
{
    var (rows, elapsed, before) = sqlite is not null
        ? RawInsert.IntoSqlite(sqlite, TimeSpan.FromSeconds(seconds))
        : await RawInsert.IntoPostgresAsync(postgres!, TimeSpan.FromSeconds(seconds));
    Console.WriteLine($"Inserted {rows} rows in {elapsed.TotalSeconds:F3} s, after {before} to warm up");
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
