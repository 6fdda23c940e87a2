using System.Data.Common;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Ledger.Upkeep;

/// <summary>
/// Makes everything that can be computed anew from the segments alone, in one transaction and bounded memory: views,
/// promises, index and keys. Snapshots are dropped; they come back by themselves.
/// </summary>
internal sealed class LedgerRebuilder(ReplayBatch replay, Action<long> replayed)
{
    /// <summary>The last position that was replayed.</summary>
    public long Position { get; private set; }

    /// <summary>By the writer's thread, while no commit happens.</summary>
    public void Run(IRebuildTransaction into)
    {
        var facts = 0L;
        foreach (var segment in ReadSegments(into.Connection))
        {
            foreach (var entry in segment.Directory.Entries)
            {
                replay.Project(segment, entry);
                facts += entry.Count;
            }
            Position = segment.Directory.Position;
            if (replay.IsFull)
                Flush(into, facts);
        }
        Flush(into, facts);
    }

    /// <summary>Segments one after the other, read with the connection that writes.</summary>
    private static IEnumerable<Segment> ReadSegments(DbConnection connection)
    {
        for (var last = ReadNext(connection, 0); last is not null; last = ReadNext(connection, last.Directory.Position))
            yield return last;
    }

    private static Segment? ReadNext(DbConnection connection, long after)
    {
        using var query = connection.CreateCommand(
            "SELECT position, directory, payload, facts FROM segments WHERE position > @after ORDER BY position LIMIT 1", ("@after", after));
        using var row = query.ExecuteReader();
        return row.Read() ? new SegmentRow(row.GetInt64(0), row.GetBytes(1), row.GetBytes(2), row.GetInt64(3)).Parse() : null;
    }

    private void Flush(IRebuildTransaction into, long facts)
    {
        into.Write(replay.Rows);
        if (replay.Directories.Count > 0)
            into.Index(replay.Directories);
        replay.Clear();
        replayed(facts);
    }
}
