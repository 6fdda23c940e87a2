using Microsoft.Playwright;

namespace Outreach.Web.Tests.Browser;

/// <summary>Checks pages with axe-core, which finds accessibility problems.</summary>
internal static class AxeCore
{
    /// <summary>Fails if axe-core finds a problem on the page.</summary>
    public static async Task CheckAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(FindScript()));
        var found = await page.EvaluateAsync<string[]>("""
            async () => (await axe.run()).violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.html).join(' | ')}`)
            """);
        Assert.True(found.Length == 0, $"{page.Url}{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    /// <summary>Skips the test if axe-core is not installed. The CI installs it.</summary>
    public static void SkipIfMissing()
    {
        if (!File.Exists(FindScript()) && Environment.GetEnvironmentVariable("CI") is null or "")
            Assert.Skip("axe-core is not installed: npm install --no-save --prefix artifacts/axe axe-core");
    }

    private static string FindScript()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Outreach.sln")))
            root = root.Parent!;
        return Path.Combine(root.FullName, "artifacts", "axe", "node_modules", "axe-core", "axe.min.js");
    }
}
