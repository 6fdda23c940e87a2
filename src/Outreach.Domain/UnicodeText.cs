namespace Outreach.Domain;

/// <summary>How text that people write is measured.</summary>
public static class UnicodeText
{
    /// <summary>Its characters as a person would count them in most scripts: Unicode scalar values, not UTF-16 units.</summary>
    public static int CountRunes(string text) => text.EnumerateRunes().Count();
}
