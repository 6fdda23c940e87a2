using System.Collections.Concurrent;
using System.Data.Common;
using System.Numerics;
using Outreach.Protocol.Stock.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;

namespace Outreach.Server.Stock;

/// <summary>Tells which of a device's own numbers have arrived.</summary>
/// <remarks>
/// Devices that many answers tell of at once are read together. What has arrived stays so: the blocks of numbers that are complete from the first on are remembered, and only
/// what comes after them is read: for a device that leaves no gaps a row or two, however long its history.
/// </remarks>
internal sealed class DeviceArrivals
{
    /// <summary>The most missing numbers that are told.</summary>
    public const int MostMissing = 100;

    private const int MostRemembered = 50_000;
    private const long Complete = (1L << StockViews.NumbersInBlock) - 1;

    private readonly ILedger ledger;
    private readonly SharedReads<string, DeviceProgress> reads;
    private readonly ConcurrentDictionary<string, long> completeBlocks = new(StringComparer.Ordinal);

    public DeviceArrivals(ILedger ledger)
    {
        this.ledger = ledger;
        reads = new SharedReads<string, DeviceProgress>(ReadAsync);
    }

    /// <summary>What has arrived from devices, in their order.</summary>
    public async Task<IEnumerable<DeviceProgress>> ReadAsync(IReadOnlyCollection<string> devices, CancellationToken cancel)
    {
        var read = await reads.AskAsync(devices, cancel);
        return devices.Select(device => read[device]);
    }

    private async Task<IReadOnlyDictionary<string, DeviceProgress>> ReadAsync(IReadOnlyCollection<string> devices)
    {
        var progress = new Dictionary<string, DeviceProgress>(devices.Count);
        await using var views = await ledger.OpenViewsAsync(default);
        foreach (var device in devices)
            progress[device] = await ReadAsync(views, device);
        return progress;
    }

    private async Task<DeviceProgress> ReadAsync(DbConnection views, string device)
    {
        var known = completeBlocks.GetValueOrDefault(device);
        await using var query = views.Query(
            "SELECT block, bits FROM device_sequences WHERE device_id = @device AND block >= @known ORDER BY block",
            ("@device", device), ("@known", known));
        await using var rows = await query.ExecuteReaderAsync();
        var count = new Count(device, known);
        while (await rows.ReadAsync())
            count.Add(rows.GetInt64(0), rows.GetInt64(1));
        Remember(device, count.CompleteBlocks);
        return count.Progress;
    }

    private void Remember(string device, long blocks)
    {
        if (blocks == 0)
            return;

        if (completeBlocks.Count >= MostRemembered)
            completeBlocks.Clear();
        completeBlocks.AddOrUpdate(device, blocks, (_, before) => Math.Max(before, blocks));
    }

    /// <summary>Counts over a device's rows, upwards.</summary>
    private sealed class Count
    {
        public Count(string device, long completeBlocks)
        {
            CompleteBlocks = completeBlocks;
            var numbers = completeBlocks * StockViews.NumbersInBlock;
            Progress = new DeviceProgress { DeviceId = device, Received = numbers, Highest = numbers };
        }

        public DeviceProgress Progress { get; }

        /// <summary>How many blocks from the first on are complete.</summary>
        public long CompleteBlocks { get; private set; }

        public void Add(long block, long bits)
        {
            var before = block * StockViews.NumbersInBlock;
            var inBlock = 64 - BitOperations.LeadingZeroCount((ulong)bits);
            for (var number = Progress.Highest + 1; number <= before && AddMissing(number); number++)
            {
            }

            for (var bit = 0; bit < inBlock; bit++)
            {
                if ((bits & (1L << bit)) == 0 && !AddMissing(before + bit + 1))
                    break;
            }

            Progress.Received += BitOperations.PopCount((ulong)bits);
            Progress.Highest = before + inBlock;
            if (bits == Complete && CompleteBlocks == block)
                CompleteBlocks++;
        }

        /// <summary>False where no more are told.</summary>
        private bool AddMissing(long number)
        {
            if (Progress.Missing.Count == MostMissing)
                return false;

            Progress.Missing.Add(number);
            return true;
        }
    }
}
