using Npgsql;

namespace Outreach.Server.Hosting;

/// <summary>What a person, or a program that started the server, reads first.</summary>
internal static class Greeting
{
    public static void Write(WebApplication app, TextWriter to)
    {
        var settings = app.Services.GetRequiredService<ServerSettings>();
        var (grpc, web) = Listening.AddressesOf(app);
        to.WriteLine($"Dashboard and JSON on {web}");
        to.WriteLine($"Listening for gRPC on {grpc}");
        to.WriteLine($"Store: {StoreOf(settings)}");
        to.Flush();
    }

    private static string StoreOf(ServerSettings settings)
    {
        if (settings.Postgres.Length == 0)
            return $"SQLite in {settings.DataFolder}";
        // Only what is no secret.
        var postgres = new NpgsqlConnectionStringBuilder(settings.Postgres);
        return $"PostgreSQL, {postgres.Database} on {postgres.Host}:{postgres.Port}";
    }
}
