using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording;

namespace Outreach.Server.Access;

/// <summary>The stored form of organizations, people, devices and the audit log.</summary>
[JsonSerializable(typeof(OrganizationEvent))]
[JsonSerializable(typeof(OrganizationEvent.OrganizationAdded))]
[JsonSerializable(typeof(OrganizationEvent.OrganizationChanged))]
[JsonSerializable(typeof(SettingsState<Organization>))]
[JsonSerializable(typeof(PersonEvent))]
[JsonSerializable(typeof(PersonEvent.PersonAdded))]
[JsonSerializable(typeof(PersonEvent.PersonChanged))]
[JsonSerializable(typeof(PersonEvent.PersonEnded))]
[JsonSerializable(typeof(PersonEvent.EnrollmentCodeCreated))]
[JsonSerializable(typeof(PersonEvent.EnrollmentCodeUsed))]
[JsonSerializable(typeof(PersonState))]
[JsonSerializable(typeof(DeviceEvent))]
[JsonSerializable(typeof(DeviceEvent.DeviceEnrolled))]
[JsonSerializable(typeof(DeviceEvent.TokenRefreshed))]
[JsonSerializable(typeof(DeviceEvent.DeviceAccessEnded))]
[JsonSerializable(typeof(DeviceState))]
[JsonSerializable(typeof(AuditEvent))]
[JsonSerializable(typeof(AuditEvent.Looked))]
[JsonSerializable(typeof(AuditEvent.Acted))]
[JsonSerializable(typeof(AuditEvent.Attempted))]
[JsonSerializable(typeof(AuditState))]
[JsonSerializable(typeof(AuditDocument))]
internal sealed partial class AccessJson : JsonSerializerContext
{
    private static readonly IJsonTypeInfoResolver Resolver = new AccessJson().WithStoredNames(AccessStoredNames.All);

    private static readonly JsonSerializerOptions Organizations = DomainJson.ForFacts<OrganizationEvent>(
        Resolver,
        ("organizationAdded", typeof(OrganizationEvent.OrganizationAdded)),
        ("organizationChanged", typeof(OrganizationEvent.OrganizationChanged)));

    private static readonly JsonSerializerOptions People = DomainJson.ForFacts<PersonEvent>(
        Resolver,
        ("personAdded", typeof(PersonEvent.PersonAdded)),
        ("personChanged", typeof(PersonEvent.PersonChanged)),
        ("personEnded", typeof(PersonEvent.PersonEnded)),
        ("codeMade", typeof(PersonEvent.EnrollmentCodeCreated)),
        ("codeUsed", typeof(PersonEvent.EnrollmentCodeUsed)));

    private static readonly JsonSerializerOptions Devices = DomainJson.ForFacts<DeviceEvent>(
        Resolver,
        ("deviceEnrolled", typeof(DeviceEvent.DeviceEnrolled)),
        ("tokenRefreshed", typeof(DeviceEvent.TokenRefreshed)),
        ("deviceShutOut", typeof(DeviceEvent.DeviceAccessEnded)));

    private static readonly JsonSerializerOptions Audits = DomainJson.ForFacts<AuditEvent>(
        Resolver,
        ("looked", typeof(AuditEvent.Looked)),
        ("acted", typeof(AuditEvent.Acted)),
        ("attempted", typeof(AuditEvent.Attempted)));

    public static JsonTypeInfo<OrganizationEvent> OrganizationFact { get; } = CreateTypeInfo<OrganizationEvent>(Organizations);

    public static JsonTypeInfo<SettingsState<Organization>> OrganizationSnapshot { get; } = CreateTypeInfo<SettingsState<Organization>>(Organizations);

    public static JsonTypeInfo<Versioned<Organization>> OrganizationDocument { get; } = CreateTypeInfo<Versioned<Organization>>(Organizations);

    public static JsonTypeInfo<PersonEvent> PersonFact { get; } = CreateTypeInfo<PersonEvent>(People);

    public static JsonTypeInfo<PersonState> PersonSnapshot { get; } = CreateTypeInfo<PersonState>(People);

    public static JsonTypeInfo<Versioned<Person>> PersonDocument { get; } = CreateTypeInfo<Versioned<Person>>(People);

    public static JsonTypeInfo<DeviceEvent> DeviceFact { get; } = CreateTypeInfo<DeviceEvent>(Devices);

    public static JsonTypeInfo<DeviceState> DeviceSnapshot { get; } = CreateTypeInfo<DeviceState>(Devices);

    public static JsonTypeInfo<Device> DeviceDocument { get; } = CreateTypeInfo<Device>(Devices);

    public static JsonTypeInfo<AuditEvent> AuditFact { get; } = CreateTypeInfo<AuditEvent>(Audits);

    public static JsonTypeInfo<AuditState> AuditSnapshot { get; } = CreateTypeInfo<AuditState>(Audits);

    public static JsonTypeInfo<AuditDocument> AuditEntryDocument { get; } = CreateTypeInfo<AuditDocument>(Audits);

    private static JsonTypeInfo<T> CreateTypeInfo<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}

/// <summary>Members with another stored name.</summary>
file static class AccessStoredNames
{
    public static readonly IReadOnlyList<(Type Type, string Member, string StoredName)> All =
    [
        (typeof(Device), nameof(Device.Status), "standing"),
        (typeof(DeviceState), nameof(DeviceState.CurrentToken), "current"),
        (typeof(DeviceState), nameof(DeviceState.CurrentTokenIssuedAt), "givenAt"),
        (typeof(DeviceState), nameof(DeviceState.PreviousToken), "before"),
        (typeof(SettingsState<Organization>), nameof(SettingsState<>.Current), "entry"),
        (typeof(Versioned<Organization>), nameof(Versioned<>.Value), "organization"),
        (typeof(PersonState), nameof(PersonState.Current), "entry"),
        (typeof(Versioned<Person>), nameof(Versioned<>.Value), "person"),
        (typeof(PersonEvent.EnrollmentCodeCreated), nameof(PersonEvent.EnrollmentCodeCreated.CodeHash), "mark"),
        (typeof(PersonEvent.EnrollmentCodeUsed), nameof(PersonEvent.EnrollmentCodeUsed.CodeHash), "mark"),
        (typeof(UsableEnrollmentCode), nameof(UsableEnrollmentCode.CodeHash), "mark"),
        (typeof(UsedEnrollmentCode), nameof(UsedEnrollmentCode.CodeHash), "mark"),
    ];
}
