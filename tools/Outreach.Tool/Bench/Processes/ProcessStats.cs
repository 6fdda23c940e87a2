namespace Outreach.Tool.Bench.Processes;

/// <summary>Processor time and memory of processes, from /proc.</summary>
internal static class ProcessStats
{
    // Linux reports processor time in hundredths of a second (USER_HZ) on every architecture .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>What a process has used, in user and kernel mode; zero when it is gone.</summary>
    public static TimeSpan ProcessorTimeOf(int pid) => ReadStat(pid) is { } stat ? Seconds(stat[11] + stat[12]) : TimeSpan.Zero;

    /// <summary>What a process and its children have used, also those that have ended.</summary>
    public static TimeSpan ProcessorTimeOfTree(int pid)
    {
        if (ReadStat(pid) is not { } parent)
            return TimeSpan.Zero;
        var ticks = parent[11] + parent[12] + parent[13] + parent[14];
        foreach (var child in Children(pid))
        {
            if (ReadStat(child) is { } stat)
                ticks += stat[11] + stat[12];
        }

        return Seconds(ticks);
    }

    /// <summary>Bytes of memory that a process has in RAM now (VmRSS); with <paramref name="peak"/>, at most so far (VmHWM).</summary>
    public static long MemoryOf(int pid, bool peak = false)
    {
        var name = peak ? "VmHWM:" : "VmRSS:";
        foreach (var line in File.ReadLines($"/proc/{pid}/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return long.Parse(line[name.Length..^2].Trim()) * 1024;
        }

        return 0;
    }

    private static IEnumerable<int> Children(int pid) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0])
        let child = int.Parse(name)
        where ReadStat(child) is { } stat && stat[1] == pid
        select child;

    /// <summary>The numbers of /proc/PID/stat after the name: place 0 is the state, read as 0.</summary>
    private static long[]? ReadStat(int pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return [.. text[(text.LastIndexOf(')') + 2)..].Split(' ').Take(15).Select(field => long.TryParse(field, out var number) ? number : 0)];
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static TimeSpan Seconds(long ticks) => TimeSpan.FromSeconds(ticks / TicksPerSecond);
}
