using Outreach.Protocol.Stock.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>The topic of stock watchers at one site. The count is the site's version. Each movement must be received exactly once.</summary>
internal sealed class StockTopic(long first, int expected) : WatchTopic(first, expected)
{
    public override (long Reached, long Units) Read(ReadOnlySpan<byte> message)
    {
        var reader = new ProtoReader(message);
        var (version, units) = (0L, 0L);
        while (reader.Read())
        {
            if (reader.Field == WatchStockResponse.VersionFieldNumber)
                version = reader.Number;
            else if (reader.Field == WatchStockResponse.MovementsFieldNumber)
                units += ReadUnits(reader.Bytes);
        }

        return (version, units);
    }

    public override void CheckUnits(long units)
    {
        if (units != -Units)
            throw new LoadFailedException($"A watcher received movements of {-units} units, but {Units} were handed out.");
    }

    private static long ReadUnits(ReadOnlySpan<byte> movement)
    {
        var reader = new ProtoReader(movement);
        while (reader.Read())
        {
            if (reader.Field == Movement.UnitsFieldNumber)
                return reader.Number;
        }

        return 0;
    }
}
