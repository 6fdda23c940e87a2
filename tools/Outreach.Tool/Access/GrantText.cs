using Outreach.Protocol.Access.V1;

namespace Outreach.Tool.Access;

/// <summary>Grants as they are typed and shown: "outreach-worker" at all sites, "outreach-worker@van-1,van-2" at some.</summary>
public static class GrantText
{
    /// <summary>How a grant is typed.</summary>
    public static string Syntax { get; } = $"ROLE or ROLE@SITE,SITE. Roles: {string.Join(", ", Roles().Select(Format))}.";

    /// <summary>Reads one.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Grant Parse(string text)
    {
        var (role, sites) = text.Split('@', 2) is [var before, var after] ? (before, after) : (text, null);
        var sited = sites?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        // Without this a slip of the keyboard would grant the role everywhere.
        if (sites is not null && sited.Length == 0)
            throw new UsageException($"'{text}' names no site after the @. A grant is {Syntax}");
        return new Grant { Role = ParseRole(role), SiteIds = { sited } };
    }

    /// <summary>Reads a role.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Role ParseRole(string text) =>
        Roles().FirstOrDefault(role => Format(role) == text) is var found && found != Role.Unspecified
            ? found
            : throw new UsageException($"There is no role '{text}'. A grant is {Syntax}");

    /// <summary>Shows grants.</summary>
    public static string Format(IEnumerable<Grant> grants) => string.Join(
        " ", grants.Select(grant => Format(grant.Role) + (grant.SiteIds.Count > 0 ? "@" + string.Join(",", grant.SiteIds) : "")));

    private static string Format(Role role) => TerminalText.FormatEnum(role);

    private static IEnumerable<Role> Roles() => Enum.GetValues<Role>().Where(role => role != Role.Unspecified);
}
