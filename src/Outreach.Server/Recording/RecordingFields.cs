using Outreach.Domain.Recording;
using Outreach.Server.Rpc;

namespace Outreach.Server.Recording;

/// <summary>Parses the fields that requests to record something share.</summary>
internal static class RecordingFields
{
    /// <summary>Parses why a person changes a record.</summary>
    public static Reason ParseReason(string reason, Violations violations)
    {
        if (Reason.IsValid(reason))
            return new Reason(reason);

        violations.Add("reason", $"must have 1 to {Reason.MaxLength} characters; this has {reason.Length}.");
        return default;
    }
}
