using NodaTime;
using SQLitePCL;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Compares a SQLite store with the record of its last acknowledged commit, before anything is written.</summary>
internal static class LostCommitCheck
{
    /// <param name="acceptLossAfter">The position that the operator goes on from, although later commits are lost; null for none.</param>
    /// <returns>The last commit that the store holds; null for none.</returns>
    /// <exception cref="StoreDamagedException">Acknowledged commits are missing and the operator has not accepted that.</exception>
    public static LastCommit? Check(sqlite3 db, LastCommit? recorded, long? acceptLossAfter)
    {
        var last = ReadLast(db);
        if (recorded is null)
            return last is null ? null : last with { FactsTotal = CountFacts(db, 0) };
        if (last is not null && Find(db, recorded.Position) is { } held && held.Hash.AsSpan().SequenceEqual(recorded.Hash))
            return last with { FactsTotal = recorded.FactsTotal + CountFacts(db, recorded.Position) };
        if (last is not null)
            last = last with { FactsTotal = CountFacts(db, 0) };
        return acceptLossAfter == (last?.Position ?? 0) ? last : throw new StoreDamagedException(Describe(recorded, last));
    }

    private static string Describe(LastCommit recorded, LastCommit? last)
    {
        var position = last?.Position ?? 0;
        var what = recorded.Position > position
            ? $"{recorded.Position - position} commits with {recorded.FactsTotal - (last?.FactsTotal ?? 0)} facts are missing, recorded "
                + $"{(last is null ? "up to" : $"after {Format(last.CommittedAt)} and up to")} {Format(recorded.CommittedAt)}"
            : $"the commit at position {recorded.Position} is not the one that was acknowledged: this is another store, or it was changed";
        return $"The store lost acknowledged records: {what}. Its last commit is {position}, the last acknowledged one is {recorded.Position}. "
            + $"Keep a copy of the data folder, then restore a backup. To go on without these records, start once with --Outreach:AcceptLossAfter={position}";
    }

    private static string Format(long ticks) => Instant.FromUnixTimeTicks(ticks).ToString("uuuu-MM-dd HH:mm:ss'Z'", null);

    private static LastCommit? ReadLast(sqlite3 db)
    {
        using var tables = new SqliteStatement(db, "SELECT 1 FROM sqlite_master WHERE name = 'segments'");
        return tables.Step() ? Find(db, Number(db, "SELECT coalesce(max(position), 0) FROM segments")) : null;
    }

    private static LastCommit? Find(sqlite3 db, long position)
    {
        using var query = new SqliteStatement(db, $"SELECT position, committed_at, directory FROM segments WHERE position = {position}");
        return query.Step() ? new LastCommit(query.GetInt64(0), query.GetInt64(1), 0, LastCommit.ComputeHash(query.GetBytes(2))) : null;
    }

    private static long CountFacts(sqlite3 db, long after) => Number(db, $"SELECT coalesce(sum(facts), 0) FROM segments WHERE position > {after}");

    private static long Number(sqlite3 db, string sql)
    {
        using var query = new SqliteStatement(db, sql);
        query.Step();
        return query.GetInt64(0);
    }
}
