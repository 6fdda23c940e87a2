using System.CommandLine;
using Outreach.Tool.Bench;

var root = new RootCommand("Works with an Outreach server.") { BenchCommand.Create() };
return await root.Parse(args).InvokeAsync();
