using Outreach.Protocol.Reports.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>The topic of overview watchers. The count is the total of encounters.</summary>
internal sealed class OverviewTopic(long first, int expected) : WatchTopic(first, expected)
{
    public override (long Reached, long Units) Read(ReadOnlySpan<byte> message)
    {
        var overview = ReadField(message, WatchOverviewResponse.OverviewFieldNumber);
        var total = new ProtoReader(ReadField(overview, Overview.TotalFieldNumber));
        while (total.Read())
        {
            if (total.Field == Figures.EncountersFieldNumber)
                return (total.Number, 0);
        }

        return (0, 0);
    }

    private static ReadOnlySpan<byte> ReadField(ReadOnlySpan<byte> message, int field)
    {
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Field == field)
                return reader.Bytes;
        }

        return [];
    }
}
