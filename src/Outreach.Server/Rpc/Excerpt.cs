namespace Outreach.Server.Rpc;

/// <summary>Shortens sent text for messages.</summary>
internal static class Excerpt
{
    /// <summary>The first 40 characters, control characters replaced.</summary>
    public static string From(string text)
    {
        var plain = string.Concat(text.Take(40).Select(c => char.IsControl(c) ? '·' : c));
        return text.Length > 40 ? plain + "…" : plain;
    }
}
