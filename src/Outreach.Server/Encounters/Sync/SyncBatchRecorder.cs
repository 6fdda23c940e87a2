using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Encounters;
using Outreach.Domain.Recording;
using Outreach.Server.Rpc;
using Outreach.Server.Stock;
using Wire = Outreach.Protocol.Encounters.V1;

namespace Outreach.Server.Encounters.Sync;

/// <summary>Records a batch of a device: the records of each site together, all sites concurrently.</summary>
internal sealed class SyncBatchRecorder(EncounterGrainCache grains, EncounterWire wire, DamagedBatchReader damagedBatches, DeviceArrivals arrivals, IClock clock)
{
    /// <summary>The maximum number of records in a batch.</summary>
    public const int MaxRecords = 1_000;

    private static readonly EquatableList<HoldReason> Damaged =
        [new HoldReason(HoldCode.Malformed, "", "The bytes of this record are not valid protobuf, or a list in it has more than 1,000 elements. It was not stored.")];

    /// <param name="bytes">The size of the request.</param>
    /// <returns>A result for each record, in order, and the progress of the devices.</returns>
    /// <exception cref="InvalidRequestException">There are too many records, or the device's clock is not a valid time.</exception>
    public async Task<Wire.SyncEncountersResponse> RecordAsync(
        Wire.SyncEncountersRequest request, int bytes, SyncSender sender, CancellationToken cancel)
    {
        var violations = new Violations();
        if (request.Encounters.Count > MaxRecords)
            violations.Add("encounters", $"must have at most {MaxRecords} entries; this has {request.Encounters.Count}.");
        var clockCorrection = EncounterWire.ParseClockCorrection(request.DeviceClock, clock.GetCurrentInstant(), violations);
        violations.ThrowIfAny();
        var results = new Wire.EncounterResult[request.Encounters.Count];
        var groups = GroupBySite(request, bytes <= EncounterWire.MaxEncounterBytes, results);
        var recording = new List<Task>(groups.Count);
        var recorded = new List<SiteGroup>(groups.Count);
        foreach (var (streamId, group) in groups)
        {
            if (await sender.CanSeeAsync(streamId))
            {
                recorded.Add(group);
                recording.Add(LogAsync(streamId, group, clockCorrection, sender.By, results));
            }
            else
            {
                group.SetNotFound(results);
            }
        }

        await Task.WhenAll(recording);

        var response = new Wire.SyncEncountersResponse { BatchId = request.BatchId };
        response.Results.Add(results);
        if (FindDevices(recorded) is { Count: > 0 } devices)
            response.Devices.Add(await arrivals.ReadAsync(sender.Organization, devices, cancel));
        return response;
    }

    /// <summary>Parses the records and groups them by site. Sets the results of records that cannot be stored.</summary>
    private Dictionary<string, SiteGroup> GroupBySite(Wire.SyncEncountersRequest request, bool small, Wire.EncounterResult[] results)
    {
        var groups = new Dictionary<string, SiteGroup>(StringComparer.Ordinal);
        var damaged = damagedBatches.GetDamaged(request);
        for (var i = 0; i < results.Length; i++)
        {
            var message = request.Encounters[i];
            if (damaged.Contains(i))
            {
                results[i] = EncounterWire.ToWire(Excerpt.From(message.EncounterId), new RecordResult(RecordOutcome.Malformed, Reasons: Damaged));
            }
            else if (wire.Parse(message, small, out var malformed) is { } incoming)
            {
                var streamId = StockStreamDefinition.StreamIdFor(incoming.Encounter.Site);
                if (!groups.TryGetValue(streamId, out var group))
                    groups.Add(streamId, group = new SiteGroup());
                group.Add(incoming, message.EncounterId, i);
            }
            else
            {
                results[i] = EncounterWire.ToWire(Excerpt.From(message.EncounterId), new RecordResult(RecordOutcome.Malformed, Reasons: malformed));
            }
        }

        return groups;
    }

    private async Task LogAsync(string streamId, SiteGroup group, Duration clockCorrection, Submitter by, Wire.EncounterResult[] results)
    {
        var recorded = await grains.LogAsync(streamId, new EncounterBatch([.. group.Records], clockCorrection, by));
        for (var i = 0; i < recorded.Count; i++)
            results[group.Indexes[i]] = EncounterWire.ToWire(group.Ids[i], recorded[i]);
    }

    private static List<string> FindDevices(List<SiteGroup> groups)
    {
        var devices = new List<string>();
        foreach (var group in groups)
        {
            foreach (var incoming in group.Records)
            {
                var device = incoming.Encounter.Device.Value;
                if (device.Length > 0 && incoming.Encounter.Sequence > 0 && !devices.Contains(device))
                    devices.Add(device);
            }
        }

        return devices;
    }

    /// <summary>The records of one site, with their ids as text and their indexes in the batch.</summary>
    private sealed class SiteGroup
    {
        public List<IncomingEncounter> Records { get; } = [];

        public List<string> Ids { get; } = [];

        public List<int> Indexes { get; } = [];

        public void Add(IncomingEncounter incoming, string id, int index)
        {
            Records.Add(incoming);
            Ids.Add(id);
            Indexes.Add(index);
        }

        /// <summary>Sets the results for a site that does not exist for the sender.</summary>
        public void SetNotFound(Wire.EncounterResult[] results)
        {
            for (var i = 0; i < Indexes.Count; i++)
                results[Indexes[i]] = EncounterWire.ToWire(Ids[i], RecordResult.NotFound);
        }
    }
}
