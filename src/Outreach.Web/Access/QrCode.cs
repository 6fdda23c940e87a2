using System.Text;

namespace Outreach.Web.Access;

/// <summary>
/// A QR code as in ISO/IEC 18004: byte mode, error correction level M (up to 15 % of the code may be unreadable), versions 1 to 10,
/// which hold up to 213 bytes.
/// </summary>
internal sealed class QrCode
{
    /// <summary>The width of the light border that a code needs, in modules.</summary>
    public const int QuietZone = 4;

    private const int MaxVersion = 10;

    private static readonly int[] ErrorBytesPerBlock = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26];

    private static readonly int[] Blocks = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];

    private readonly int version;
    private readonly bool[,] dark;
    private readonly bool[,] isFunction;

    private QrCode(int version, byte[] codewords)
    {
        this.version = version;
        Size = 17 + 4 * version;
        dark = new bool[Size, Size];
        isFunction = new bool[Size, Size];
        DrawFunctionPatterns();
        DrawCodewords(codewords);
        var best = Enumerable.Range(0, 8).MinBy(PenaltyOf);
        ApplyMask(best);
        DrawFormat(best);
    }

    /// <summary>The modules per side, without the quiet zone.</summary>
    public int Size { get; }

    /// <summary>Whether a module is dark.</summary>
    public bool this[int x, int y] => dark[x, y];

    /// <summary>Encodes a text as UTF-8. Returns null if it is too long.</summary>
    public static QrCode? Create(string text)
    {
        var data = Encoding.UTF8.GetBytes(text);
        for (var version = 1; version <= MaxVersion; version++)
        {
            var headerBits = version < 10 ? 12 : 20;
            if (headerBits + 8 * data.Length <= 8 * DataBytes(version))
                return new QrCode(version, AddErrorCorrection(version, Encode(version, data)));
        }

        return null;
    }

    /// <summary>The dark modules as an SVG path, shifted by the quiet zone.</summary>
    public string ToPath()
    {
        var path = new StringBuilder();
        for (var y = 0; y < Size; y++)
            for (var x = 0; x < Size; x++)
                if (dark[x, y])
                    path.Append('M').Append(x + QuietZone).Append(' ').Append(y + QuietZone).Append("h1v1h-1z");
        return path.ToString();
    }

    private static int RawBytes(int version)
    {
        var modules = (16 * version + 128) * version + 64;
        if (version > 1)
        {
            var alignments = version / 7 + 2;
            modules -= (25 * alignments - 10) * alignments - 55;
        }

        return (version >= 7 ? modules - 36 : modules) / 8;
    }

    private static int DataBytes(int version) => RawBytes(version) - ErrorBytesPerBlock[version - 1] * Blocks[version - 1];

    private static byte[] Encode(int version, byte[] data)
    {
        var bits = new List<bool>();
        Append(bits, 0b0100, 4);
        Append(bits, data.Length, version < 10 ? 8 : 16);
        foreach (var value in data)
            Append(bits, value, 8);
        var capacity = 8 * DataBytes(version);
        Append(bits, 0, Math.Min(4, capacity - bits.Count));
        Append(bits, 0, -bits.Count & 7);
        for (var pad = 0xEC; bits.Count < capacity; pad ^= 0xEC ^ 0x11)
            Append(bits, pad, 8);
        return [.. bits.Chunk(8).Select(eight => (byte)eight.Aggregate(0, (sum, bit) => sum << 1 | (bit ? 1 : 0)))];
    }

    private static void Append(List<bool> bits, int value, int count)
    {
        for (var i = count - 1; i >= 0; i--)
            bits.Add((value >> i & 1) == 1);
    }

    /// <summary>Splits the data into blocks, computes each block's error correction, and interleaves all of them.</summary>
    private static byte[] AddErrorCorrection(int version, byte[] data)
    {
        var (blocks, errorBytes) = (Blocks[version - 1], ErrorBytesPerBlock[version - 1]);
        var shortBlocks = blocks - data.Length % blocks;
        var parts = new List<byte[]>();
        for (int i = 0, at = 0; i < blocks; i++)
        {
            var length = data.Length / blocks + (i < shortBlocks ? 0 : 1);
            parts.Add(data[at..(at + length)]);
            at += length;
        }

        var errors = parts.Select(part => ReedSolomon.ErrorBytes(part, errorBytes)).ToList();
        return [.. Interleave(parts), .. Interleave(errors)];
    }

    private static IEnumerable<byte> Interleave(List<byte[]> parts) =>
        Enumerable.Range(0, parts.Max(part => part.Length)).SelectMany(i => parts.Where(part => i < part.Length).Select(part => part[i]));

    private void Set(int x, int y, bool value) => (dark[x, y], isFunction[x, y]) = (value, true);

    private void DrawFunctionPatterns()
    {
        for (var i = 0; i < Size; i++)
        {
            Set(6, i, i % 2 == 0);
            Set(i, 6, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(Size - 4, 3);
        DrawFinder(3, Size - 4);
        var centers = AlignmentCenters();
        foreach (var x in centers)
            foreach (var y in centers)
                if (!((x == 6 && y == 6) || (x == 6 && y == Size - 7) || (x == Size - 7 && y == 6)))
                    DrawSquares(x, y, 2, ring => ring != 1);
        DrawFormat(0);
        if (version >= 7)
            DrawVersion();
    }

    private void DrawFinder(int x, int y) => DrawSquares(x, y, 4, ring => ring is not (2 or 4));

    private void DrawSquares(int centerX, int centerY, int radius, Func<int, bool> isDark)
    {
        for (var dy = -radius; dy <= radius; dy++)
            for (var dx = -radius; dx <= radius; dx++)
                if (centerX + dx is var x && centerY + dy is var y && x >= 0 && x < Size && y >= 0 && y < Size)
                    Set(x, y, isDark(Math.Max(Math.Abs(dx), Math.Abs(dy))));
    }

    private List<int> AlignmentCenters()
    {
        if (version == 1)
            return [];
        var count = version / 7 + 2;
        var step = (version * 8 + count * 3 + 5) / (count * 4 - 4) * 2;
        return [6, .. Enumerable.Range(0, count - 1).Select(i => Size - 7 - i * step)];
    }

    private void DrawFormat(int mask)
    {
        var remainder = mask;
        for (var i = 0; i < 10; i++)
            remainder = remainder << 1 ^ (remainder >> 9) * 0x537;
        var bits = (mask << 10 | remainder) ^ 0x5412;
        for (var i = 0; i < 15; i++)
        {
            var bit = (bits >> i & 1) == 1;
            Set(8, i < 6 ? i : i < 8 ? i + 1 : Size - 15 + i, bit);
            Set(i < 8 ? Size - 1 - i : i == 8 ? 7 : 14 - i, 8, bit);
        }

        Set(8, Size - 8, true);
    }

    private void DrawVersion()
    {
        var remainder = version;
        for (var i = 0; i < 12; i++)
            remainder = remainder << 1 ^ (remainder >> 11) * 0x1F25;
        var bits = version << 12 | remainder;
        for (var i = 0; i < 18; i++)
        {
            var bit = (bits >> i & 1) == 1;
            Set(Size - 11 + i % 3, i / 3, bit);
            Set(i / 3, Size - 11 + i % 3, bit);
        }
    }

    /// <summary>Fills the free modules in pairs of columns, from right to left, alternating upwards and downwards.</summary>
    private void DrawCodewords(byte[] codewords)
    {
        var bit = 0;
        for (var right = Size - 1; right >= 1; right -= 2)
        {
            if (right == 6)
                right = 5;
            var upward = (right + 1 & 2) == 0;
            for (var step = 0; step < 2 * Size; step++)
            {
                var (x, y) = (right - step % 2, upward ? Size - 1 - step / 2 : step / 2);
                if (isFunction[x, y] || bit >= codewords.Length * 8)
                    continue;
                dark[x, y] = (codewords[bit / 8] >> 7 - bit % 8 & 1) == 1;
                bit++;
            }
        }
    }

    private void ApplyMask(int mask)
    {
        for (var y = 0; y < Size; y++)
            for (var x = 0; x < Size; x++)
                dark[x, y] ^= !isFunction[x, y] && IsMasked(mask, x, y);
    }

    private static bool IsMasked(int mask, int x, int y) => mask switch
    {
        0 => (x + y) % 2 == 0,
        1 => y % 2 == 0,
        2 => x % 3 == 0,
        3 => (x + y) % 3 == 0,
        4 => (x / 3 + y / 2) % 2 == 0,
        5 => x * y % 2 + x * y % 3 == 0,
        6 => (x * y % 2 + x * y % 3) % 2 == 0,
        _ => ((x + y) % 2 + x * y % 3) % 2 == 0,
    };

    /// <summary>How hard a mask makes the code to read: counts long runs, blocks of one colour, and uneven shares of dark and light.</summary>
    private int PenaltyOf(int mask)
    {
        ApplyMask(mask);
        var penalty = 0;
        for (var i = 0; i < Size; i++)
            penalty += RunPenalty(j => dark[i, j]) + RunPenalty(j => dark[j, i]);
        var darkCount = 0;
        for (var y = 0; y < Size; y++)
            for (var x = 0; x < Size; x++)
            {
                darkCount += dark[x, y] ? 1 : 0;
                if (x > 0 && y > 0 && dark[x, y] == dark[x - 1, y] && dark[x, y] == dark[x, y - 1] && dark[x, y] == dark[x - 1, y - 1])
                    penalty += 3;
            }

        ApplyMask(mask);
        return penalty + Math.Abs(20 * darkCount - 10 * Size * Size) / (Size * Size) * 10;
    }

    private int RunPenalty(Func<int, bool> at)
    {
        var (penalty, run) = (0, 1);
        for (var i = 1; i < Size; i++)
        {
            run = at(i) == at(i - 1) ? run + 1 : 1;
            penalty += run == 5 ? 3 : run > 5 ? 1 : 0;
        }

        return penalty;
    }
}
