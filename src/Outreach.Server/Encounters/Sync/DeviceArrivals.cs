using System.Collections.Concurrent;
using System.Data.Common;
using System.Numerics;
using Outreach.Domain.Access;
using Outreach.Protocol.Encounters.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Recording;

namespace Outreach.Server.Encounters.Sync;

/// <summary>Tells which of a device's own record numbers have arrived, at all sites of an organization. Two organizations may use the same device id.</summary>
/// <remarks>
/// Devices of concurrent requests are read together. What has arrived stays arrived: complete blocks of numbers, from the first
/// on, are remembered, and only the rest is read. For a device without gaps that is a row or two for each site, however long its
/// history.
/// </remarks>
internal sealed class DeviceArrivals
{
    /// <summary>The most missing numbers in an answer.</summary>
    public const int MaxMissing = 100;

    private const int MaxCached = 50_000;
    private const long CompleteBlock = (1L << EncounterViews.NumbersInBlock) - 1;

    private readonly ILedger ledger;
    private readonly CoalescingReader<DeviceKey, DeviceProgress> reads;
    private readonly ConcurrentDictionary<DeviceKey, long> completeBlocks = new();

    public DeviceArrivals(ILedger ledger)
    {
        this.ledger = ledger;
        reads = new CoalescingReader<DeviceKey, DeviceProgress>(ReadAsync);
    }

    /// <summary>The progress of devices of an organization, in the order of the ids.</summary>
    public async Task<IEnumerable<DeviceProgress>> ReadAsync(OrganizationId organization, IEnumerable<string> devices, CancellationToken cancel)
    {
        var named = devices.Select(device => new DeviceKey(organization, device)).ToList();
        var read = await reads.LoadAsync(named, cancel);
        return named.Select(device => read[device]);
    }

    private async Task<IReadOnlyDictionary<DeviceKey, DeviceProgress>> ReadAsync(IReadOnlyCollection<DeviceKey> devices)
    {
        var progress = new Dictionary<DeviceKey, DeviceProgress>(devices.Count);
        await using var views = await ledger.OpenViewsAsync(default);
        foreach (var device in devices)
            progress[device] = await ReadAsync(views, device);
        return progress;
    }

    private async Task<DeviceProgress> ReadAsync(DbConnection views, DeviceKey device)
    {
        var known = completeBlocks.GetValueOrDefault(device);
        // What was sent for a site that nobody has counts as the first organization's.
        await using var query = views.CreateCommand(
            """
            SELECT d.block, d.bits FROM device_sequences d LEFT JOIN sites s ON s.site_id = d.site_id
            WHERE d.device_id = @device AND d.block >= @known AND COALESCE(s.organization_id, @first) = @organization ORDER BY d.block
            """,
            ("@device", device.Device), ("@known", known), ("@first", OrganizationId.First.Value), ("@organization", device.Organization.Value));
        await using var rows = await query.ExecuteReaderAsync();
        var count = new ProgressCounter(device.Device, known);
        var (block, bits) = (known, 0L);
        while (await rows.ReadAsync())
        {
            if (rows.GetInt64(0) is var next && next != block)
            {
                count.Add(block, bits);
                (block, bits) = (next, 0);
            }

            bits |= rows.GetInt64(1);
        }

        count.Add(block, bits);
        CacheCompleteBlocks(device, count.CompleteBlocks);
        return count.Progress;
    }

    private void CacheCompleteBlocks(DeviceKey device, long blocks)
    {
        if (blocks == 0)
            return;

        if (completeBlocks.Count >= MaxCached)
            completeBlocks.Clear();
        completeBlocks.AddOrUpdate(device, blocks, (_, before) => Math.Max(before, blocks));
    }

    /// <summary>A device by what an organization calls it.</summary>
    private readonly record struct DeviceKey(OrganizationId Organization, string Device);

    /// <summary>Counts over a device's blocks, upwards.</summary>
    private sealed class ProgressCounter
    {
        public ProgressCounter(string device, long completeBlocks)
        {
            CompleteBlocks = completeBlocks;
            var numbers = completeBlocks * EncounterViews.NumbersInBlock;
            Progress = new DeviceProgress { DeviceId = device, Received = numbers, Highest = numbers };
        }

        public DeviceProgress Progress { get; }

        /// <summary>How many blocks from the first on are complete.</summary>
        public long CompleteBlocks { get; private set; }

        public void Add(long block, long bits)
        {
            var before = block * EncounterViews.NumbersInBlock;
            var inBlock = 64 - BitOperations.LeadingZeroCount((ulong)bits);
            for (var number = Progress.Highest + 1; number <= before && TryAddMissing(number); number++)
            {
            }

            for (var bit = 0; bit < inBlock; bit++)
            {
                if ((bits & (1L << bit)) == 0 && !TryAddMissing(before + bit + 1))
                    break;
            }

            Progress.Received += BitOperations.PopCount((ulong)bits);
            Progress.Highest = before + inBlock;
            if (bits == CompleteBlock && CompleteBlocks == block)
                CompleteBlocks++;
        }

        /// <summary>False where no more are told.</summary>
        private bool TryAddMissing(long number)
        {
            if (Progress.Missing.Count == MaxMissing)
                return false;

            Progress.Missing.Add(number);
            return true;
        }
    }
}
