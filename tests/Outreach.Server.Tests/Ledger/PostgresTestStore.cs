using Npgsql;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Tests.Ledger;

/// <summary>A PostgreSQL ledger in its own database.</summary>
public sealed class PostgresTestStore(string connectionString) : TestStore
{
    public static async ValueTask<TestStore> CreateAsync(PostgresFixture postgres) => new PostgresTestStore(await postgres.NewDatabaseAsync());

    public override void Tamper(string sql)
    {
        using var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        connection.Open();
        connection.Execute(sql);
    }

    public override string BytesLiteral(byte[] bytes) => $"'\\x{Convert.ToHexString(bytes)}'::bytea";

    public override string ReplaceExpression(string column, string text, string replacement) =>
        $"convert_to(replace(convert_from({column}, 'UTF8'), '{text}', '{replacement}'), 'UTF8')";

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal override IStore CreateStore(ViewRegistry views) => new PostgresStore(connectionString, views);

    /// <summary>PostgreSQL ends the session in the middle of the transaction, after the heads were updated.</summary>
    internal override Task BreakAsync(StoredLedger ledger)
    {
        Tamper("""
            CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN new; END $$;
            CREATE TRIGGER break BEFORE INSERT ON segments FOR EACH ROW EXECUTE FUNCTION break();
            """);
        return Task.CompletedTask;
    }

    internal override Task RepairAsync(StoredLedger ledger)
    {
        Tamper("DROP TRIGGER break ON segments; DROP FUNCTION break();");
        return Task.CompletedTask;
    }
}
