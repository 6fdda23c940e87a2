using Google.Protobuf.Reflection;
using Outreach.Protocol.Reports.V1;
using Spectre.Console;

namespace Outreach.Tool.Watch;

/// <summary>Prints a line for each change, for log files and pipes.</summary>
public sealed class OverviewLineWriter(IAnsiConsole console) : IOverviewSink
{
    private static readonly IList<FieldDescriptor> FigureFields = Figures.Descriptor.Fields.InFieldNumberOrder();

    /// <inheritdoc/>
    public void Show(OverviewSnapshot overview, string? warning)
    {
        console.WriteLine(warning is not null
            ? $"{DateTime.UtcNow:u} {warning}"
            : $"{DateTime.UtcNow:u} {string.Join(' ', FigureFields.Select(f => $"{f.Name} {f.Accessor.GetValue(overview.Total)}"))} "
                + $"shortfalls_open {overview.ShortfallsOpen} held_open {overview.HeldOpen} position {overview.Position}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
