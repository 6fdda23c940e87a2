using System.Text;

namespace Outreach.Tool.Ledger;

/// <summary>Writes files so that they exist either completely or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes a temporary file and then renames it to <paramref name="path"/>. If writing fails, the file is deleted.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="write">Writes the text, which is stored as UTF-8.</param>
    /// <param name="mode">The permissions of the file, ignored on Windows; null for the default.</param>
    public static async Task WriteAsync(string path, Func<TextWriter, Task> write, UnixFileMode? mode = null)
    {
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        try
        {
            await using (var file = new FileStream(partial, options))
            {
                await using var text = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
                await write(text);
                await text.FlushAsync();
                file.Flush(flushToDisk: true);
            }
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }
}
