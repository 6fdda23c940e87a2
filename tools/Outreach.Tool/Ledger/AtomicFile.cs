using System.Text;

namespace Outreach.Tool.Ledger;

/// <summary>Writes files that are there whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes beside <paramref name="path"/>, then takes its place; on failure or cancellation nothing is left behind.</summary>
    public static async Task WriteAsync(string path, Func<TextWriter, Task> write)
    {
        var partial = $"{path}.{Guid.NewGuid():N}.partial";
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
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
