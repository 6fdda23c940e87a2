using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>
/// A device of the bench: it writes encounters as bytes, from patterns that were serialized once, with a new id and its next
/// sequence number patched in. It is used by one connection at a time and keeps counting from one load to the next.
/// </summary>
internal sealed class Phone
{
    /// <summary>Bytes that no encounter of the bench exceeds.</summary>
    public const int MaxEncounterBytes = 512;

    /// <summary>Patterns of all sites together, about: many sites have fewer each.</summary>
    private const int MaxTemplates = 20_000;

    private const int IdOffset = 2;
    private const int SequenceLength = 5;
    private readonly EncounterTemplate[][] _templates;
    private readonly long[] _sequences;
    private readonly UuidV7Writer _ids = new();
    private readonly int[] _next;

    /// <summary>Makes the patterns of a device at each site of a scene.</summary>
    /// <param name="scene">Sites and products.</param>
    /// <param name="name">The device's id, before the site's number.</param>
    /// <param name="span">How far back encounters are spread; also the age of the oldest id where <paramref name="oldIds"/>.</param>
    /// <param name="oldIds">Whether ids carry the time of the encounter rather than of sending: a phone that was offline.</param>
    public Phone(BenchDataSet scene, string name, TimeSpan span, bool oldIds = false)
    {
        var variants = Math.Clamp(MaxTemplates / scene.SiteIds.Count, 6, BenchDataSet.Variants);
        _templates = [.. scene.SiteIds.Select((site, i) => CreateTemplates(site, $"{name}-{i}", span, oldIds, i, variants))];
        _sequences = new long[scene.SiteIds.Count];
        _next = [.. Enumerable.Range(0, scene.SiteIds.Count).Select(i => i * 7 % _templates[i].Length)];
    }

    /// <summary>Sites that it works at, by their number from 0.</summary>
    public int Sites => _templates.Length;

    /// <summary>Writes the next encounter at a site.</summary>
    /// <param name="site">The site's number, from 0.</param>
    /// <param name="to">At least <see cref="MaxEncounterBytes"/> bytes.</param>
    /// <returns>Bytes written, and the units the encounter hands out.</returns>
    public (int Length, int Units) Write(int site, Span<byte> to)
    {
        var pattern = _templates[site][_next[site]];
        _next[site] = (_next[site] + 1) % _templates[site].Length;
        pattern.Bytes.CopyTo(to);
        var made = pattern.IdTime ?? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _ids.Write(to[IdOffset..], made);
        WriteSequence(to[(pattern.Bytes.Length - SequenceLength)..], ++_sequences[site]);
        return (pattern.Bytes.Length, pattern.Units);
    }

    /// <summary>Gives the next encounter at a site as a message, for the ordinary client.</summary>
    public Encounter Next(int site, Encounter into)
    {
        Span<byte> bytes = stackalloc byte[MaxEncounterBytes];
        var (length, _) = Write(site, bytes);
        into.HandedOut.Clear();
        into.Services.Clear();
        into.SyringesReturned = null;
        into.OverdoseReport = null;
        into.MergeFrom(bytes[..length]);
        return into;
    }

    private static void WriteSequence(Span<byte> to, long sequence)
    {
        // A varint of full length: padded with continuation bits, which every reader takes.
        for (var i = 0; i < SequenceLength; i++, sequence >>= 7)
            to[i] = (byte)((sequence & 0x7F) | (i < SequenceLength - 1 ? 0x80u : 0));
    }

    private static EncounterTemplate[] CreateTemplates(string siteId, string deviceId, TimeSpan span, bool oldIds, int seed, int variants)
    {
        var now = DateTimeOffset.UtcNow;
        var patterns = new EncounterTemplate[variants];
        for (var i = 0; i < patterns.Length; i++)
        {
            var occurred = now - (span * ((i + (seed / 97.0)) % variants / variants)) - TimeSpan.FromMinutes(1);
            var encounter = BenchDataSet.Encounter(i);
            encounter.EncounterId = new string('0', UuidV7Writer.Length);
            encounter.SiteId = siteId;
            encounter.DeviceId = deviceId;
            encounter.OccurredAt = Timestamp.FromDateTimeOffset(occurred);
            // The sequence is the last field, at a fixed place: field 5, a varint.
            byte[] bytes = [.. encounter.ToByteArray(), 5 << 3, .. new byte[SequenceLength]];
            patterns[i] = new EncounterTemplate(bytes, encounter.HandedOut.Sum(line => line.Units), oldIds ? occurred.ToUnixTimeMilliseconds() : null);
        }

        return patterns;
    }

    private sealed record EncounterTemplate(byte[] Bytes, int Units, long? IdTime);
}
