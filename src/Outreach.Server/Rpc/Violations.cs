
namespace Outreach.Server.Rpc;

/// <summary>Collects everything that is wrong with a request, so that one response lists it all.</summary>
public sealed class Violations
{
    private readonly List<Violation> found = [];

    public IReadOnlyList<Violation> Found => found;

    public bool Any => found.Count > 0;

    /// <summary>Adds a violation. The description states what the field must be and what it is, and nothing about a person.</summary>
    public void Add(string field, string description) => found.Add(new Violation(field, description));

    /// <summary>Throws if there are violations.</summary>
    /// <exception cref="InvalidRequestException">There are violations.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw new InvalidRequestException(found);
    }
}

/// <summary>A malformed field of a request.</summary>
/// <param name="Field">The path of the field in the proto's names, for example <c>encounter.handed_out[2].units</c>.</param>
/// <param name="Description">What the field must be, and what it is.</param>
public sealed record Violation(string Field, string Description);

/// <summary>A malformed request; <see cref="StatusInterceptor"/> converts it to INVALID_ARGUMENT with every violation.</summary>
public sealed class InvalidRequestException(IReadOnlyList<Violation> violations)
    : Exception(string.Join(" ", violations.Select(v => $"{v.Field}: {v.Description}")))
{
    public IReadOnlyList<Violation> Violations { get; } = violations;
}
