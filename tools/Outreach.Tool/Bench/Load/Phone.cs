using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Bench.Load;

/// <summary>
/// A simulated phone. It writes encounters as bytes from templates that were serialized once, and inserts a new id and the next
/// sequence number. One connection uses it at a time. Sequence numbers continue from one load to the next.
/// </summary>
internal sealed class Phone
{
    /// <summary>The maximum size of an encounter.</summary>
    public const int MaxEncounterBytes = 512;

    /// <summary>The approximate number of templates for all sites together.</summary>
    private const int MaxTemplates = 20_000;

    private const int IdOffset = 2;
    private const int SequenceLength = 5;
    private readonly EncounterTemplate[][] _templates;
    private readonly long[] _sequences;
    private readonly UuidV7Writer _ids = new();
    private readonly int[] _nextTemplates;

    /// <summary>Creates the templates for each site of a data set.</summary>
    /// <param name="dataSet">The sites and products.</param>
    /// <param name="name">The start of the device ids. The site's number follows.</param>
    /// <param name="span">The period before now in which encounters occurred.</param>
    /// <param name="oldIds">True if ids contain the time of the encounter, as from a phone that was offline, instead of the time of sending.</param>
    public Phone(BenchDataSet dataSet, string name, TimeSpan span, bool oldIds = false)
    {
        var variants = Math.Clamp(MaxTemplates / dataSet.SiteIds.Count, 6, BenchDataSet.Variants);
        _templates = [.. dataSet.SiteIds.Select((site, i) => CreateTemplates(site, $"{name}-{i}", span, oldIds, i, variants))];
        _sequences = new long[dataSet.SiteIds.Count];
        _nextTemplates = [.. Enumerable.Range(0, dataSet.SiteIds.Count).Select(i => i * 7 % _templates[i].Length)];
    }

    /// <summary>The number of sites. Sites are numbered from 0.</summary>
    public int Sites => _templates.Length;

    /// <summary>Writes the next encounter at a site.</summary>
    /// <param name="site">The number of the site.</param>
    /// <param name="destination">At least <see cref="MaxEncounterBytes"/> bytes.</param>
    /// <returns>The number of bytes written and of units handed out.</returns>
    public (int Length, int Units) Write(int site, Span<byte> destination)
    {
        var template = _templates[site][_nextTemplates[site]];
        _nextTemplates[site] = (_nextTemplates[site] + 1) % _templates[site].Length;
        template.Bytes.CopyTo(destination);
        var idTime = template.IdTime ?? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        _ids.Write(destination[IdOffset..], idTime);
        WriteSequence(destination[(template.Bytes.Length - SequenceLength)..], ++_sequences[site]);
        return (template.Bytes.Length, template.Units);
    }

    /// <summary>Fills <paramref name="encounter"/> with the next encounter at a site, for the .NET gRPC client.</summary>
    public Encounter Next(int site, Encounter encounter)
    {
        Span<byte> bytes = stackalloc byte[MaxEncounterBytes];
        var (length, _) = Write(site, bytes);
        encounter.HandedOut.Clear();
        encounter.Services.Clear();
        encounter.SyringesReturned = null;
        encounter.OverdoseReport = null;
        encounter.MergeFrom(bytes[..length]);
        return encounter;
    }

    private static void WriteSequence(Span<byte> destination, long sequence)
    {
        // A varint of fixed length, padded with continuation bits, which protobuf readers accept.
        for (var i = 0; i < SequenceLength; i++, sequence >>= 7)
            destination[i] = (byte)((sequence & 0x7F) | (i < SequenceLength - 1 ? 0x80u : 0));
    }

    private static EncounterTemplate[] CreateTemplates(string siteId, string deviceId, TimeSpan span, bool oldIds, int seed, int variants)
    {
        var now = DateTimeOffset.UtcNow;
        var templates = new EncounterTemplate[variants];
        for (var i = 0; i < templates.Length; i++)
        {
            var occurred = now - (span * ((i + (seed / 97.0)) % variants / variants)) - TimeSpan.FromMinutes(1);
            var encounter = BenchDataSet.Encounter(i);
            encounter.EncounterId = new string('0', UuidV7Writer.Length);
            encounter.SiteId = siteId;
            encounter.DeviceId = deviceId;
            encounter.OccurredAt = Timestamp.FromDateTimeOffset(occurred);
            // The sequence number (field 5, a varint) is last, so that its position is known.
            byte[] bytes = [.. encounter.ToByteArray(), 5 << 3, .. new byte[SequenceLength]];
            templates[i] = new EncounterTemplate(bytes, encounter.HandedOut.Sum(line => line.Units), oldIds ? occurred.ToUnixTimeMilliseconds() : null);
        }

        return templates;
    }

    private sealed record EncounterTemplate(byte[] Bytes, int Units, long? IdTime);
}
