namespace Outreach.Domain;

/// <summary>Measures text that people write.</summary>
public static class UnicodeText
{
    /// <summary>The number of Unicode scalar values, which is what a person would count in most scripts; not of UTF-16 units.</summary>
    public static int CountRunes(string text) => text.EnumerateRunes().Count();
}
