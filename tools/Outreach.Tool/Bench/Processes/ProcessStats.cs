namespace Outreach.Tool.Bench.Processes;

/// <summary>Reads the processor time and memory of processes from /proc.</summary>
internal static class ProcessStats
{
    // Linux reports processor time in hundredths of a second (USER_HZ) on all architectures that .NET supports.
    private const double TicksPerSecond = 100;

    /// <summary>Returns the time that a process used in user and kernel mode; zero if it has exited.</summary>
    public static TimeSpan GetProcessorTime(int pid) => ReadStat(pid) is { } stat ? Seconds(stat[11] + stat[12]) : TimeSpan.Zero;

    /// <summary>Returns the time that a process and its children used, including children that have exited.</summary>
    public static TimeSpan GetTreeProcessorTime(int pid)
    {
        if (ReadStat(pid) is not { } parent)
            return TimeSpan.Zero;
        var ticks = parent[11] + parent[12] + parent[13] + parent[14];
        foreach (var child in FindChildren(pid))
        {
            if (ReadStat(child) is { } stat)
                ticks += stat[11] + stat[12];
        }

        return Seconds(ticks);
    }

    /// <summary>Returns the resident memory of a process in bytes (VmRSS), or with <paramref name="peak"/> its maximum so far (VmHWM).</summary>
    public static long GetMemory(int pid, bool peak = false)
    {
        var name = peak ? "VmHWM:" : "VmRSS:";
        foreach (var line in File.ReadLines($"/proc/{pid}/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
                return long.Parse(line[name.Length..^2].Trim()) * 1024;
        }

        return 0;
    }

    private static IEnumerable<int> FindChildren(int pid) =>
        from folder in Directory.EnumerateDirectories("/proc")
        let name = Path.GetFileName(folder)
        where char.IsAsciiDigit(name[0])
        let child = int.Parse(name)
        where ReadStat(child) is { } stat && stat[1] == pid
        select child;

    /// <summary>Returns the fields of /proc/PID/stat after the process name. Field 0, the state, is not a number and reads as 0.</summary>
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
