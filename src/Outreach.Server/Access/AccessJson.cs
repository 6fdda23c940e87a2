using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Access;

namespace Outreach.Server.Access;

/// <summary>How organizations, people, devices and the audit record are stored.</summary>
[JsonSerializable(typeof(OrganizationEvent))]
[JsonSerializable(typeof(OrganizationEvent.OrganizationAdded))]
[JsonSerializable(typeof(OrganizationEvent.OrganizationChanged))]
[JsonSerializable(typeof(OrganizationState))]
[JsonSerializable(typeof(PersonEvent))]
[JsonSerializable(typeof(PersonEvent.PersonAdded))]
[JsonSerializable(typeof(PersonEvent.PersonChanged))]
[JsonSerializable(typeof(PersonEvent.PersonEnded))]
[JsonSerializable(typeof(PersonEvent.CodeMade))]
[JsonSerializable(typeof(PersonEvent.CodeUsed))]
[JsonSerializable(typeof(PersonState))]
[JsonSerializable(typeof(DeviceEvent))]
[JsonSerializable(typeof(DeviceEvent.DeviceEnrolled))]
[JsonSerializable(typeof(DeviceEvent.TokenRefreshed))]
[JsonSerializable(typeof(DeviceEvent.DeviceShutOut))]
[JsonSerializable(typeof(DeviceState))]
[JsonSerializable(typeof(AuditEvent))]
[JsonSerializable(typeof(AuditEvent.Looked))]
[JsonSerializable(typeof(AuditEvent.Acted))]
[JsonSerializable(typeof(AuditEvent.Attempted))]
[JsonSerializable(typeof(AuditState))]
[JsonSerializable(typeof(AuditDocument))]
internal sealed partial class AccessJson : JsonSerializerContext
{
    private static readonly JsonSerializerOptions Organizations = DomainJson.ForFacts<OrganizationEvent>(
        new AccessJson(),
        ("organizationAdded", typeof(OrganizationEvent.OrganizationAdded)),
        ("organizationChanged", typeof(OrganizationEvent.OrganizationChanged)));

    private static readonly JsonSerializerOptions People = DomainJson.ForFacts<PersonEvent>(
        new AccessJson(),
        ("personAdded", typeof(PersonEvent.PersonAdded)),
        ("personChanged", typeof(PersonEvent.PersonChanged)),
        ("personEnded", typeof(PersonEvent.PersonEnded)),
        ("codeMade", typeof(PersonEvent.CodeMade)),
        ("codeUsed", typeof(PersonEvent.CodeUsed)));

    private static readonly JsonSerializerOptions Devices = DomainJson.ForFacts<DeviceEvent>(
        new AccessJson(),
        ("deviceEnrolled", typeof(DeviceEvent.DeviceEnrolled)),
        ("tokenRefreshed", typeof(DeviceEvent.TokenRefreshed)),
        ("deviceShutOut", typeof(DeviceEvent.DeviceShutOut)));

    private static readonly JsonSerializerOptions Audits = DomainJson.ForFacts<AuditEvent>(
        new AccessJson(),
        ("looked", typeof(AuditEvent.Looked)),
        ("acted", typeof(AuditEvent.Acted)),
        ("attempted", typeof(AuditEvent.Attempted)));

    public static JsonTypeInfo<OrganizationEvent> OrganizationFact { get; } = Of<OrganizationEvent>(Organizations);

    public static JsonTypeInfo<OrganizationState> OrganizationSnapshot { get; } = Of<OrganizationState>(Organizations);

    public static JsonTypeInfo<OrganizationEntry> OrganizationDocument { get; } = Of<OrganizationEntry>(Organizations);

    public static JsonTypeInfo<PersonEvent> PersonFact { get; } = Of<PersonEvent>(People);

    public static JsonTypeInfo<PersonState> PersonSnapshot { get; } = Of<PersonState>(People);

    public static JsonTypeInfo<PersonEntry> PersonDocument { get; } = Of<PersonEntry>(People);

    public static JsonTypeInfo<DeviceEvent> DeviceFact { get; } = Of<DeviceEvent>(Devices);

    public static JsonTypeInfo<DeviceState> DeviceSnapshot { get; } = Of<DeviceState>(Devices);

    public static JsonTypeInfo<Device> DeviceDocument { get; } = Of<Device>(Devices);

    public static JsonTypeInfo<AuditEvent> AuditFact { get; } = Of<AuditEvent>(Audits);

    public static JsonTypeInfo<AuditState> AuditSnapshot { get; } = Of<AuditState>(Audits);

    public static JsonTypeInfo<AuditDocument> AuditView { get; } = Of<AuditDocument>(Audits);

    private static JsonTypeInfo<T> Of<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
