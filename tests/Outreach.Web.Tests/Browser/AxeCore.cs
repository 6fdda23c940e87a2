using Microsoft.Playwright;

namespace Outreach.Web.Tests.Browser;

/// <summary>Checks pages with axe-core, which finds what keeps people from using a page with a keyboard or a screen reader.</summary>
internal static class AxeCore
{
    /// <summary>Fails where axe-core finds anything on the page as it is now.</summary>
    public static async Task CheckAsync(IPage page)
    {
        await page.EvaluateAsync(await File.ReadAllTextAsync(FindScript()));
        var found = await page.EvaluateAsync<string[]>("""
            async () => (await axe.run()).violations.map(v => `${v.id}: ${v.help}: ${v.nodes.map(n => n.html).join(' | ')}`)
            """);
        Assert.True(found.Length == 0, $"{page.Url}{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }

    /// <summary>Skips the test where axe-core is not installed; the CI installs it.</summary>
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
