
namespace Outreach.Domain.Access;

/// <summary>An entry of an organization's audit log. It contains only ids, never a name, a code or a token.</summary>
public abstract record AuditEvent
{
    /// <summary>The maximum number of subjects of one entry.</summary>
    public const int MaxSubjects = 20;

    private AuditEvent(string person, string device, string method, EquatableList<string> subjects, string reason) =>
        (Person, Device, Method, Subjects, Reason) = (person, device, method, subjects, reason);

    /// <summary>The person's id; empty if not known.</summary>
    public string Person { get; }

    /// <summary>The id of the device; empty if not known.</summary>
    public string Device { get; }

    /// <summary>The RPC that was called, for example <c>outreach.encounters.v1.EncounterService/GetEncounter</c>.</summary>
    public string Method { get; }

    /// <summary>What the call was about, for example <c>site_id=van-1</c>, at most <see cref="MaxSubjects"/>.</summary>
    public EquatableList<string> Subjects { get; }

    /// <summary>The stated reason, at most 500 characters; empty if none was given.</summary>
    public string Reason { get; }

    /// <summary>Somebody read data that is linked to a person.</summary>
    public sealed record Looked(string Person, string Device, string Method, EquatableList<string> Subjects, string Reason)
        : AuditEvent(Person, Device, Method, Subjects, Reason);

    /// <summary>Somebody called, or tried to call, an RPC that requires a role.</summary>
    public sealed record Acted(string Person, string Device, string Method, EquatableList<string> Subjects, string Reason)
        : AuditEvent(Person, Device, Method, Subjects, Reason);

    /// <summary>A sign-in failed.</summary>
    public sealed record Attempted(string Person, string Device, string Method, EquatableList<string> Subjects, string Reason)
        : AuditEvent(Person, Device, Method, Subjects, Reason);
}
