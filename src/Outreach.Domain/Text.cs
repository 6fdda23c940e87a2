namespace Outreach.Domain;

/// <summary>How text that people write is measured.</summary>
public static class Text
{
    /// <summary>Its characters as a person would count them in most scripts: Unicode scalar values, not UTF-16 units.</summary>
    public static int Length(string text) => text.EnumerateRunes().Count();
}
