namespace Outreach.Web.Access;

/// <summary>Reed-Solomon error correction in GF(2^8) with the polynomial 0x11D, as in QR codes.</summary>
internal static class ReedSolomon
{
    /// <summary>Computes the error correction bytes of a block.</summary>
    /// <param name="data">The block.</param>
    /// <param name="count">The number of error correction bytes.</param>
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

    /// <summary>The coefficients of the product of (x − 2^i) for i from 0 to degree − 1, without the leading 1.</summary>
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
