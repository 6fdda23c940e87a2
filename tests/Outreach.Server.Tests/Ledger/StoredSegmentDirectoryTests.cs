using Google.Protobuf;
using Outreach.Server.Ledger;
using Storage = Outreach.Protocol.Ledger.Storage.V1;

namespace Outreach.Server.Tests.Ledger;

/// <summary>The stored format of segment directories, which must stay readable.</summary>
public sealed class StoredSegmentDirectoryTests
{
    private static readonly string Stored = GoldenFiles.ReadText("Ledger", "directory-1.hex");

    [Fact]
    public void The_stored_format_has_not_changed() => Assert.Equal(Stored, Convert.ToHexStringLower(SegmentDirectory.Serialize(Entries())));

    [Fact]
    public void A_stored_directory_is_read()
    {
        var directory = SegmentDirectory.Deserialize(7, Convert.FromHexString(Stored));
        Assert.Equal(7, directory.Position);
        Assert.Equal(3, directory.KeyCount);
        Assert.Equivalent(Entries(), directory.Entries, strict: true);
    }

    [Fact]
    public void Fields_of_a_later_version_are_ignored()
    {
        var message = Storage.SegmentDirectory.Parser.ParseFrom(SegmentDirectory.Serialize(Entries()));
        var extended = new byte[message.CalculateSize() + 3];
        message.ToByteArray().CopyTo(extended, 0);
        // Field 900, a varint, which does not exist yet.
        new byte[] { 0xa0, 0x38, 0x01 }.CopyTo(extended, extended.Length - 3);
        Assert.Equivalent(Entries(), SegmentDirectory.Deserialize(7, extended).Entries, strict: true);
    }

    private static SegmentEntry[] Entries() =>
    [
        new()
        {
            Stream = "stock/van-1",
            FirstVersion = 41,
            Count = 2,
            PayloadOffset = 0,
            PayloadLength = 300,
            RecordedAt = 17_725_392_000_000_000,
            Hash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)],
            OccurredFrom = -5,
            OccurredTo = 17_725_391_990_000_000,
            Keys = [new Guid("01890a5d-ac96-774b-bcce-b302099a8057"), new Guid("7d444840-9dc0-11d1-b245-5ffdce74fad2"), new Guid("ffffffff-ffff-ffff-ffff-ffffffffffff")],
            KeyFacts = [0, 0, 1],
        },
        new()
        {
            Stream = "site/van-1",
            FirstVersion = 1,
            Count = 1,
            PayloadOffset = 300,
            PayloadLength = 90,
            RecordedAt = 17_725_392_000_000_001,
            Hash = [.. Enumerable.Repeat((byte)255, 32)],
            OccurredFrom = long.MaxValue,
            OccurredTo = long.MinValue,
            Keys = [],
            KeyFacts = [],
        },
    ];
}
