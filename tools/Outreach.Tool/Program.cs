using Outreach.Tool;

return await Cli.RunAsync(args, Terminal.FromProcess());
