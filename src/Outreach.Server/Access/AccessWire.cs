using Outreach.Domain.Access;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>Reads requests about devices and sessions, and writes answers.</summary>
internal static class AccessWire
{
    private const int MaxReasonLength = 500;

    /// <param name="request">The request.</param>
    /// <param name="own">The organization whose devices are listed if the request names none.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static DeviceFilter Parse(Wire.ListDevicesRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var organization = ParseOrganization(request.OrganizationId, "organization_id", own, violations);
        var person = request.PersonId.Length == 0 ? null : FieldParser.ParseId(request.PersonId, "person_id", violations);
        var list = $"devices {organization} {person} {request.IncludeShutOut}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new DeviceFilter(list, page, organization.Value, person, request.IncludeShutOut);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static (EnrolledDeviceId Id, string Reason) Parse(Wire.ShutOutDeviceRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.DeviceId, "device_id", violations);
        var reason = FieldParser.ParseText(request.Reason, "reason", 1, MaxReasonLength, violations);
        violations.ThrowIfAny();
        return (new EnrolledDeviceId(id!), reason);
    }

    /// <summary>Reads a request to enrol. A code of the wrong form is null: it counts as a failed attempt, like any wrong code.</summary>
    /// <exception cref="InvalidRequestException">Anything else is malformed; it names every violation.</exception>
    public static (Guid RequestId, EnrollmentCode? Code, string Label) Parse(Wire.EnrollRequest request)
    {
        var violations = new Violations();
        if (!Guid.TryParseExact(request.RequestId, "D", out var requestId) || requestId == Guid.Empty)
            violations.Add("request_id", $"must be a UUID; this is '{Excerpt.From(request.RequestId)}'.");
        if (request.Code.Length == 0)
            violations.Add("code", "is required.");
        var label = FieldParser.ParseText(request.DeviceLabel, "device_label", 1, Device.MaxLabel, violations);
        violations.ThrowIfAny();
        return (requestId, EnrollmentCode.ParseOrNull(request.Code), label);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static (string Token, Guid RequestId) Parse(Wire.RefreshSessionRequest request)
    {
        var violations = new Violations();
        if (request.RefreshToken.Length == 0)
            violations.Add("refresh_token", "is required.");
        var requestId = Guid.Empty;
        if (request.RequestId.Length > 0 && !Guid.TryParseExact(request.RequestId, "D", out requestId))
            violations.Add("request_id", $"must be a UUID or empty; this is '{Excerpt.From(request.RequestId)}'.");
        violations.ThrowIfAny();
        return (request.RefreshToken, requestId);
    }

    /// <summary>Writes a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="mayComeIn">False if its time is over or its owner's access has ended.</param>
    public static Wire.Device ToWire(Device device, bool mayComeIn = true) => new()
    {
        DeviceId = device.Id.Value,
        PersonId = device.Person.Value,
        OrganizationId = device.Organization.Value,
        Label = device.Label,
        State = device.Status == DeviceStatus.Enrolled && !mayComeIn ? Wire.DeviceState.Ended : (Wire.DeviceState)device.Status,
        Reason = device.Reason,
        CreateTime = WireTime.ToWire(device.EnrolledAt),
        LastRefreshTime = WireTime.ToWire(device.RefreshedAt),
    };

    /// <summary>The organization with an id; the caller's own if the id is empty.</summary>
    public static OrganizationId ParseOrganization(string id, string field, OrganizationId own, Violations violations) =>
        id.Length == 0 ? own : FieldParser.ParseId(id, field, violations) is { } known ? new OrganizationId(known) : default;
}
