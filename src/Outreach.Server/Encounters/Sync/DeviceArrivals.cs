using System.Collections.Concurrent;
using System.Data.Common;
using System.Numerics;
using Outreach.Domain.Access;
using Outreach.Protocol.Encounters.V1;
using Outreach.Server.Ledger;
using Outreach.Server.Ledger.Stores;
using Outreach.Server.Recording;

namespace Outreach.Server.Encounters.Sync;

/// <summary>Reads which sequence numbers of a device have arrived at the sites of an organization. Two organizations may use the same device id.</summary>
/// <remarks>
/// Devices of concurrent requests are read together. The number of complete blocks from the first one is cached, and only
/// later blocks are read. For a device without gaps that is one or two rows per site, however long its history.
/// </remarks>
internal sealed class DeviceArrivals
{
    /// <summary>The maximum number of missing numbers in a response.</summary>
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

    /// <summary>The progress of an organization's devices, in the order of the ids.</summary>
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
        // Records for a site that does not exist count for the first organization.
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

    /// <summary>A device id and the organization that uses it.</summary>
    private readonly record struct DeviceKey(OrganizationId Organization, string Device);

    /// <summary>Counts over a device's blocks, in ascending order.</summary>
    private sealed class ProgressCounter
    {
        public ProgressCounter(string device, long completeBlocks)
        {
            CompleteBlocks = completeBlocks;
            var numbers = completeBlocks * EncounterViews.NumbersInBlock;
            Progress = new DeviceProgress { DeviceId = device, Received = numbers, Highest = numbers };
        }

        public DeviceProgress Progress { get; }

        /// <summary>The number of complete blocks from the first one.</summary>
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

        /// <summary>False if the response has the maximum number of missing numbers.</summary>
        private bool TryAddMissing(long number)
        {
            if (Progress.Missing.Count == MaxMissing)
                return false;

            Progress.Missing.Add(number);
            return true;
        }
    }
}
