
namespace Outreach.Domain.Access;

/// <summary>What belongs in an organization's record of looks and acts. Ids only, never a name, a code or a token.</summary>
public abstract record AuditEvent
{
    /// <summary>The most subjects of one entry.</summary>
    public const int MaxSubjects = 20;

    private AuditEvent(string person, string device, string method, EquatableList<string> subjects, string reason) =>
        (Person, Device, Method, Subjects, Reason) = (person, device, method, subjects, reason);

    /// <summary>Who; empty where it is not known.</summary>
    public string Person { get; }

    /// <summary>From which device; empty where it is not known.</summary>
    public string Device { get; }

    /// <summary>What was called, for example <c>outreach.encounters.v1.EncounterService/GetEncounter</c>.</summary>
    public string Method { get; }

    /// <summary>What it was about, for example <c>site_id=van-1</c>, at most <see cref="MaxSubjects"/>.</summary>
    public EquatableList<string> Subjects { get; }

    /// <summary>Why, at most 500 characters; empty where no reason was given.</summary>
    public string Reason { get; }

    /// <summary>Somebody read what is linked to a person.</summary>
    public sealed record Looked(string Person, string Device, string Method, EquatableList<string> Subjects, string Reason)
        : AuditEvent(Person, Device, Method, Subjects, Reason);

    /// <summary>Somebody did, or tried to do, what only some may do.</summary>
    public sealed record Acted(string Person, string Device, string Method, EquatableList<string> Subjects, string Reason)
        : AuditEvent(Person, Device, Method, Subjects, Reason);

    /// <summary>An attempt to come in failed.</summary>
    public sealed record Attempted(string Person, string Device, string Method, EquatableList<string> Subjects, string Reason)
        : AuditEvent(Person, Device, Method, Subjects, Reason);
}
