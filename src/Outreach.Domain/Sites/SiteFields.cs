namespace Outreach.Domain.Sites;

/// <summary>Which settings of a site a change is about.</summary>
[Flags]
public enum SiteFields
{
    None = 0,
    Name = 1,
    Kind = 2,
    TimeZone = 4,
    Place = 8,
    Coordinates = 16,
    ServiceHours = 32,
    Closed = 64,
    All = 127,
}
