using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Outreach.Tool.Import.Mapping;

namespace Outreach.Tool.Import;

/// <summary>Adds the reference page of a mapping to the help of the command that reads it.</summary>
internal sealed class MappingHelp(HelpAction help) : SynchronousCommandLineAction
{
    /// <summary>Adds it to the help option of a root command.</summary>
    public static void AddTo(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        option.Action = new MappingHelp((HelpAction)option.Action!);
    }

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = help.Invoke(parseResult);
        var command = parseResult.CommandResult.Command;
        if (command.Parents.Any(p => p.Name == "import") && MappingFile.TypesByKind.ContainsKey(command.Name))
            parseResult.InvocationConfiguration.Output.Write(MappingReference.For(command.Name));
        return code;
    }
}
