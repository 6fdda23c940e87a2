using QRCoder;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Outreach.Tool.Access;

/// <summary>A QR picture for a terminal that has colours: two rows of it in a line of text, black on white whatever the theme.</summary>
public static class QrCodeRenderer
{
    /// <summary>Makes one, with the white margin that readers need.</summary>
    public static IRenderable Render(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var dots = code.ModuleMatrix;
        var picture = new Paragraph();
        for (var row = 0; row < dots.Count; row += 2)
        {
            for (var column = 0; column < dots[row].Count; column++)
                picture.Append("▀", new Style(Colour(row, column), Colour(row + 1, column)));
            picture.Append("\n");
        }
        return picture;

        Color Colour(int row, int column) => row < dots.Count && dots[row][column] ? Color.Black : Color.White;
    }
}
