using System.Buffers;
using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Outreach.Protocol.Encounters.V1;
using Outreach.Server.Rpc;
using Outreach.Server.Rpc.Messages;

namespace Outreach.Server.Encounters.Sync;

/// <summary>Reads batches of which some records are not valid protobuf or too large, so that the others are recorded.</summary>
internal sealed class DamagedBatchReader : IDamagedMessageReader<SyncEncountersRequest>
{
    private const uint BatchIdTag = SyncEncountersRequest.BatchIdFieldNumber << 3;
    private const uint EncountersTag = (SyncEncountersRequest.EncountersFieldNumber << 3) | 2;
    private const uint DeviceClockTag = (SyncEncountersRequest.DeviceClockFieldNumber << 3) | 2;

    private static readonly MessageLimits RecordLimits = MessageLimits.For(Encounter.Descriptor);

    private readonly ConditionalWeakTable<SyncEncountersRequest, IReadOnlySet<int>> damaged = [];

    /// <summary>The indexes of the records in a batch that could not be read. Of those, the batch has at most the id.</summary>
    public IReadOnlySet<int> GetDamaged(SyncEncountersRequest batch) => damaged.TryGetValue(batch, out var found) ? found : FrozenSet<int>.Empty;

    public SyncEncountersRequest Read(ReadOnlySequence<byte> bytes)
    {
        var batch = new SyncEncountersRequest();
        var indexes = new HashSet<int>();
        var parts = 0;
        using var input = new CodedInputStream(bytes.ToArray());
        while (input.ReadTag() is var tag and not 0)
        {
            switch (tag)
            {
                case BatchIdTag:
                    batch.BatchId = input.ReadInt64();
                    break;
                case EncountersTag:
                    if (batch.Encounters.Count == MessageLimits.MaxElements)
                        throw new InvalidRequestException([new Violation("encounters", $"are at most {MessageLimits.MaxElements} in a batch; these are more.")]);
                    if (!TryRead(input.ReadBytes(), ref parts, out var record))
                        indexes.Add(batch.Encounters.Count);
                    batch.Encounters.Add(record);
                    break;
                case DeviceClockTag:
                    input.ReadMessage(batch.DeviceClock ??= new());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        damaged.Add(batch, indexes);
        return batch;
    }

    /// <returns>False where the record is damaged; then only its id is left, if it came before the damage.</returns>
    private static bool TryRead(ByteString bytes, ref int parts, out Encounter record)
    {
        record = new Encounter();
        try
        {
            RecordLimits.Check(bytes.Span, ref parts);
            record.MergeFrom(bytes);
            return true;
        }
        catch (Exception invalid) when (invalid is InvalidProtocolBufferException or InvalidRequestException)
        {
            record = new Encounter { EncounterId = record.EncounterId };
            return false;
        }
    }
}
