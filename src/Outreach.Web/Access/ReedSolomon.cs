namespace Outreach.Web.Access;

/// <summary>Reed-Solomon error correction in GF(2^8) with the polynomial 0x11D, as QR codes use it.</summary>
internal static class ReedSolomon
{
    /// <summary>The error correction of a block of data.</summary>
    /// <param name="data">The block.</param>
    /// <param name="count">How many bytes of error correction.</param>
    public static byte[] ErrorBytes(byte[] data, int count)
    {
        var generator = Generator(count);
        var remainder = new byte[count];
        foreach (var value in data)
        {
            var factor = value ^ remainder[0];
            Array.Copy(remainder, 1, remainder, 0, count - 1);
            remainder[^1] = 0;
            for (var i = 0; i < count; i++)
                remainder[i] ^= Multiply(generator[i], factor);
        }

        return remainder;
    }

    /// <summary>The product of (x − 2^i) for i below the degree, without its leading 1.</summary>
    private static byte[] Generator(int degree)
    {
        var product = new byte[degree];
        product[^1] = 1;
        var root = 1;
        for (var i = 0; i < degree; i++)
        {
            for (var j = 0; j < degree; j++)
            {
                product[j] = Multiply(product[j], root);
                if (j + 1 < degree)
                    product[j] ^= product[j + 1];
            }

            root = Multiply((byte)root, 2);
        }

        return product;
    }

    private static byte Multiply(byte x, int y)
    {
        var product = 0;
        for (var i = 7; i >= 0; i--)
            product = product << 1 ^ (product >> 7) * 0x11D ^ (y >> i & 1) * x;
        return (byte)product;
    }
}
