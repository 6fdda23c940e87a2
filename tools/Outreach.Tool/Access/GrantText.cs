using Outreach.Protocol.Access.V1;

namespace Outreach.Tool.Access;

/// <summary>Formats and parses grants: "outreach-worker" grants a role at all sites, "outreach-worker@van-1,van-2" at the named sites.</summary>
public static class GrantText
{
    /// <summary>The syntax of a grant, for messages.</summary>
    public static string Syntax { get; } = $"ROLE or ROLE@SITE,SITE. Roles: {string.Join(", ", Roles().Select(Format))}.";

    /// <exception cref="UsageException"><paramref name="text"/> is not a grant.</exception>
    public static Grant Parse(string text)
    {
        var (role, sites) = text.Split('@', 2) is [var left, var right] ? (left, right) : (text, null);
        var siteIds = sites?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        // Otherwise a typing mistake would grant the role at all sites.
        if (sites is not null && siteIds.Length == 0)
            throw new UsageException($"'{text}' names no site after the @. A grant is {Syntax}");
        return new Grant { Role = ParseRole(role), SiteIds = { siteIds } };
    }

    /// <exception cref="UsageException"><paramref name="text"/> is not a role.</exception>
    public static Role ParseRole(string text) =>
        Roles().FirstOrDefault(role => Format(role) == text) is var found && found != Role.Unspecified
            ? found
            : throw new UsageException($"Unknown role '{text}'. A grant is {Syntax}");

    /// <summary>Formats grants, separated by spaces.</summary>
    public static string Format(IEnumerable<Grant> grants) => string.Join(
        " ", grants.Select(grant => Format(grant.Role) + (grant.SiteIds.Count > 0 ? "@" + string.Join(",", grant.SiteIds) : "")));

    private static string Format(Role role) => EnumText.KebabCase.Format(role);

    private static IEnumerable<Role> Roles() => Enum.GetValues<Role>().Where(role => role != Role.Unspecified);
}
