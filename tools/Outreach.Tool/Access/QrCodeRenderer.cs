using QRCoder;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Outreach.Tool.Access;

/// <summary>Draws QR codes in a terminal with colors. Each line of text shows two rows, always black on white.</summary>
public static class QrCodeRenderer
{
    /// <summary>Draws a QR code with the white margin that scanners need.</summary>
    public static IRenderable Render(string text)
    {
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = code.ModuleMatrix;
        var paragraph = new Paragraph();
        for (var row = 0; row < modules.Count; row += 2)
        {
            for (var column = 0; column < modules[row].Count; column++)
                paragraph.Append("▀", new Style(ColorAt(row, column), ColorAt(row + 1, column)));
            paragraph.Append("\n");
        }
        return paragraph;

        Color ColorAt(int row, int column) => row < modules.Count && modules[row][column] ? Color.Black : Color.White;
    }
}
