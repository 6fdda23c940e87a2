using Outreach.Domain.Access;
using Outreach.Server.Recording;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>Converts the messages about devices and their sessions.</summary>
internal static class DeviceWire
{
    private const int MaxReasonLength = 500;

    /// <param name="request">The request.</param>
    /// <param name="own">The organization if the request names none.</param>
    /// <exception cref="InvalidRequestException">A field is malformed.</exception>
    public static DeviceFilter Parse(Wire.ListDevicesRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var organization = AccessWire.ParseOrganization(request.OrganizationId, "organization_id", own, violations);
        var person = FieldParser.ParseOptionalId(request.PersonId, "person_id", violations);
        var list = $"devices {organization} {person} {request.IncludeInactive}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new DeviceFilter(list, page, organization.Value, person, request.IncludeInactive);
    }

    /// <exception cref="InvalidRequestException">A field is malformed.</exception>
    public static (EnrolledDeviceId Id, string Reason) Parse(Wire.ShutOutDeviceRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.DeviceId, "device_id", violations);
        var reason = FieldParser.ParseText(request.Reason, "reason", 1, MaxReasonLength, violations);
        violations.ThrowIfAny();
        return (new EnrolledDeviceId(id!), reason);
    }

    /// <summary>A code in the wrong format is null and not a violation, because it counts as a failed attempt.</summary>
    /// <exception cref="InvalidRequestException">A field is malformed.</exception>
    public static (Guid RequestId, EnrollmentCode? Code, string Label) Parse(Wire.EnrollDeviceRequest request)
    {
        var violations = new Violations();
        var requestId = FieldParser.ParseUuid(request.RequestId, "request_id", violations);
        if (request.Code.Length == 0)
            violations.Add("code", FieldErrors.Required);
        var label = FieldParser.ParseText(request.DeviceLabel, "device_label", 1, Device.MaxLabel, violations);
        violations.ThrowIfAny();
        return (requestId, EnrollmentCode.ParseOrNull(request.Code), label);
    }

    /// <returns>The refresh token, and the request's id; all zeros if it has none.</returns>
    /// <exception cref="InvalidRequestException">A field is malformed.</exception>
    public static (string Token, Guid RequestId) Parse(Wire.RefreshSessionRequest request)
    {
        var violations = new Violations();
        if (request.RefreshToken.Length == 0)
            violations.Add("refresh_token", FieldErrors.Required);
        var requestId = FieldParser.ParseOptionalUuid(request.RequestId, "request_id", violations) ?? Guid.Empty;
        violations.ThrowIfAny();
        return (request.RefreshToken, requestId);
    }

    /// <param name="device">The device.</param>
    /// <param name="isActive">True if its access has not ended and its owner may sign in.</param>
    public static Wire.Device ToWire(Device device, bool isActive = true) => new()
    {
        DeviceId = device.Id.Value,
        PersonId = device.Person.Value,
        OrganizationId = device.Organization.Value,
        Label = device.Label,
        State = device.Status == DeviceStatus.Enrolled && !isActive ? Wire.DeviceState.Ended : (Wire.DeviceState)device.Status,
        Reason = device.Reason,
        CreateTime = WireTime.ToWire(device.EnrolledAt),
        LastRefreshTime = WireTime.ToWire(device.RefreshedAt),
    };
}
