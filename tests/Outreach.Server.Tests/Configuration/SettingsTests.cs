using Outreach.Server.Configuration;
using Outreach.Server.Hosting;

namespace Outreach.Server.Tests.Configuration;

/// <summary>What an operator sets is used, or refused by name.</summary>
public class SettingsTests
{
    [Theory]
    [InlineData("--Outreach:GrpcPrt=0", "There is no option --Outreach:GrpcPrt. Did you mean Outreach:GrpcPort?")]
    [InlineData("--GrpcPort=0", "There is no option --GrpcPort. Did you mean Outreach:GrpcPort?")]
    [InlineData("--Outreach:OpenId:Groups:1:Rle=Director", "There is no option --Outreach:OpenId:Groups:1:Rle. Did you mean Outreach:OpenId:Groups:0:Role?")]
    [InlineData("--colour=blue", "There is no option --colour. --help lists all.")]
    [InlineData("start", "'start' is not an option: options are written --name=value. --help lists them.")]
    [InlineData("--Outreach:GrpcPort=many", "Outreach:GrpcPort must be a whole number; this is 'many'.")]
    [InlineData("--Outreach:Demo=please", "Outreach:Demo must be true or false; this is 'please'.")]
    [InlineData("--Outreach:CallsPerSecond=-1", "Outreach:CallsPerSecond must be from 0 to 1000000; this is -1.")]
    public void A_setting_that_cannot_be_used_is_refused_by_name(string argument, string message)
    {
        var refused = Assert.Throws<StartException>(() => OutreachServer.Build([argument]));
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_help_lists_every_setting_with_its_default()
    {
        using var output = new StringWriter();
        SettingsHelp.Write(ServerSettings.All, output);
        var lines = output.ToString().ReplaceLineEndings("\n").Split('\n');
        Assert.Contains("--Outreach:GrpcPort=5080", lines);
        Assert.Contains("--Outreach:Postgres", lines);
        Assert.Contains("--Outreach:OpenId:Groups:0:Sites:0", lines);
    }
}
