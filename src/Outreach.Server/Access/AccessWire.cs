using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>The messages about organizations, people and devices and the domain's records: the only place where both meet.</summary>
internal static class AccessWire
{
    private const string OrganizationPrefix = "organization.";
    private const string PersonPrefix = "person.";
    private const int MaxReason = 500;

    private static readonly Dictionary<string, OrganizationSettings> OrganizationFields = new()
    {
        ["name"] = OrganizationSettings.Name,
        ["kind"] = OrganizationSettings.Kind,
        ["figures_from"] = OrganizationSettings.FiguresFrom,
    };

    private static readonly Dictionary<string, PersonSettings> PersonFields = new()
    {
        ["label"] = PersonSettings.Label,
        ["grants"] = PersonSettings.Grants,
    };

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static Organization Parse(Wire.CreateOrganizationRequest request)
    {
        var violations = new Violations();
        var organization = Read(Sent(request.Organization, violations), OrganizationSettings.All, violations);
        violations.ThrowIfAny();
        return organization();
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Organization Wanted, OrganizationSettings Which, long? Seen) Parse(Wire.UpdateOrganizationRequest request)
    {
        var violations = new Violations();
        var sent = Sent(request.Organization, violations);
        var which = FieldMasks.Fields(sent, request.UpdateMask, OrganizationFields.Keys, violations)
            .Aggregate(OrganizationSettings.None, (all, field) => all | OrganizationFields[field]);
        var organization = Read(sent, which, violations);
        var seen = Fields.Etag(sent.Etag, OrganizationPrefix + "etag", violations);
        violations.ThrowIfAny();
        return (organization(), which, seen);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static OrganizationId Parse(Wire.GetOrganizationRequest request) => new(Id(request.OrganizationId, "organization_id"));

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static OrganizationsAsked Parse(Wire.ListOrganizationsRequest request)
    {
        var violations = new Violations();
        const string List = "organizations";
        var page = Paging.Parse(request.PageSize, request.PageToken, List, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new OrganizationsAsked(List, page);
    }

    /// <summary>Reads a person who is to be added.</summary>
    /// <param name="request">The request.</param>
    /// <param name="own">Whose the person is where the request does not say.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static Person Parse(Wire.CreatePersonRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var sent = Sent(request.Person, violations);
        var person = Read(sent, PersonSettings.All, own, violations);
        if (sent.PersonId.StartsWith(PersonId.Elsewhere, StringComparison.Ordinal))
            violations.Add(PersonPrefix + "person_id", $"begins with '{PersonId.Elsewhere}' only where another provider vouches for the person.");
        violations.ThrowIfAny();
        return person();
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Person Wanted, PersonSettings Which, long? Seen) Parse(Wire.UpdatePersonRequest request)
    {
        var violations = new Violations();
        var sent = Sent(request.Person, violations);
        var which = FieldMasks.Fields(sent, request.UpdateMask, PersonFields.Keys, violations)
            .Aggregate(PersonSettings.None, (all, field) => all | PersonFields[field]);
        var person = Read(sent, which, null, violations);
        var seen = Fields.Etag(sent.Etag, PersonPrefix + "etag", violations);
        violations.ThrowIfAny();
        return (person(), which, seen);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (PersonId Id, string Reason, long? Seen) Parse(Wire.EndPersonRequest request)
    {
        var violations = new Violations();
        var id = Fields.Id(request.PersonId, "person_id", violations);
        var reason = Fields.Text(request.Reason, "reason", 1, MaxReason, violations);
        var seen = Fields.Etag(request.Etag, "etag", violations);
        violations.ThrowIfAny();
        return (new PersonId(id!), reason, seen);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static PersonId Parse(Wire.GetPersonRequest request) => new(Id(request.PersonId, "person_id"));

    /// <summary>Reads which people are asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="own">Whose, where the request does not say.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static PeopleAsked Parse(Wire.ListPeopleRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var organization = Organization(request.OrganizationId, "organization_id", own, violations);
        var list = $"people {organization} {request.IncludeEnded}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new PeopleAsked(list, page, organization.Value, request.IncludeEnded);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (PersonId Id, NodaTime.Duration ValidFor) Parse(Wire.CreateEnrollmentCodeRequest request)
    {
        var violations = new Violations();
        var id = Fields.Id(request.PersonId, "person_id", violations);
        var lasts = NodaTime.Duration.FromHours(24);
        // The bounds keep what is converted small.
        if (request.ValidFor is { } wanted)
        {
            if (wanted.Seconds < PersonRules.ShortestCode.TotalSeconds || wanted.Seconds > PersonRules.LongestCode.TotalSeconds)
                violations.Add("valid_for", $"is from 60 to 604,800 seconds; this is {wanted.Seconds:N0}.");
            else
                lasts = NodaTime.Duration.FromSeconds(wanted.Seconds);
        }

        violations.ThrowIfAny();
        return (new PersonId(id!), lasts);
    }

    /// <summary>Reads which devices are asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="own">Whose, where the request does not say.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static DevicesAsked Parse(Wire.ListDevicesRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var organization = Organization(request.OrganizationId, "organization_id", own, violations);
        var person = request.PersonId.Length == 0 ? null : Fields.Id(request.PersonId, "person_id", violations);
        var list = $"devices {organization} {person} {request.IncludeShutOut}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new DevicesAsked(list, page, organization.Value, person, request.IncludeShutOut);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (EnrolledId Id, string Reason) Parse(Wire.ShutOutDeviceRequest request)
    {
        var violations = new Violations();
        var id = Fields.Id(request.DeviceId, "device_id", violations);
        var reason = Fields.Text(request.Reason, "reason", 1, MaxReason, violations);
        violations.ThrowIfAny();
        return (new EnrolledId(id!), reason);
    }

    /// <summary>Reads a request to enrol. A code that cannot be one is null: that is an attempt like any other.</summary>
    /// <exception cref="InvalidRequestException">Anything else is malformed; it names it all.</exception>
    public static (Guid RequestId, EnrollmentCode? Code, string Label) Parse(Wire.EnrollRequest request)
    {
        var violations = new Violations();
        if (!Guid.TryParseExact(request.RequestId, "D", out var requestId) || requestId == Guid.Empty)
            violations.Add("request_id", $"is a UUID; this is '{Shown.Short(request.RequestId)}'.");
        if (request.Code.Length == 0)
            violations.Add("code", "is required.");
        var label = Fields.Text(request.DeviceLabel, "device_label", 1, Device.MaxLabel, violations);
        violations.ThrowIfAny();
        return (requestId, EnrollmentCode.Read(request.Code), label);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (string Token, Guid RequestId) Parse(Wire.RefreshSessionRequest request)
    {
        var violations = new Violations();
        if (request.RefreshToken.Length == 0)
            violations.Add("refresh_token", "is required.");
        var requestId = Guid.Empty;
        if (request.RequestId.Length > 0 && !Guid.TryParseExact(request.RequestId, "D", out requestId))
            violations.Add("request_id", $"is a UUID or empty; this is '{Shown.Short(request.RequestId)}'.");
        violations.ThrowIfAny();
        return (request.RefreshToken, requestId);
    }

    /// <summary>The organization as callers see it.</summary>
    public static Wire.Organization Write(OrganizationEntry entry)
    {
        var organization = entry.Organization;
        var wire = new Wire.Organization
        {
            OrganizationId = organization.Id.Value,
            Name = organization.Name,
            Kind = (Wire.OrganizationKind)organization.Kind,
            KeepsInstallation = organization.KeepsInstallation(),
            Etag = Etag(entry.Version),
            CreateTime = entry.AddedAt.ToTimestamp(),
            UpdateTime = entry.ChangedAt.ToTimestamp(),
        };
        wire.FiguresFrom.AddRange(organization.FiguresFrom.Select(id => id.Value));
        return wire;
    }

    /// <summary>The person as callers see it.</summary>
    public static Wire.Person Write(PersonEntry entry)
    {
        var person = entry.Person;
        var wire = new Wire.Person
        {
            PersonId = person.Id.Value,
            OrganizationId = person.Organization.Value,
            Label = person.Label,
            Kind = (Wire.PersonKind)person.Kind,
            Ended = person.Ended,
            Etag = Etag(entry.Version),
            CreateTime = entry.AddedAt.ToTimestamp(),
            UpdateTime = entry.ChangedAt.ToTimestamp(),
        };
        wire.Grants.AddRange(person.Grants.Select(grant => new Wire.Grant
        {
            Role = (Wire.Role)grant.Role,
            SiteIds = { grant.Sites.Select(site => site.Value) },
        }));
        return wire;
    }

    /// <summary>The device as callers see it.</summary>
    /// <param name="device">Which.</param>
    /// <param name="mayComeIn">Whether it may come in by its time and its owner.</param>
    public static Wire.Device Write(Device device, bool mayComeIn = true) => new()
    {
        DeviceId = device.Id.Value,
        PersonId = device.Person.Value,
        OrganizationId = device.Organization.Value,
        Label = device.Label,
        State = device.Standing == Standing.Enrolled && !mayComeIn ? Wire.DeviceState.Ended : (Wire.DeviceState)device.Standing,
        Reason = device.Reason,
        CreateTime = device.EnrolledAt.ToTimestamp(),
        LastRefreshTime = device.RefreshedAt.ToTimestamp(),
    };

    /// <summary>Whose something is: the organization that is named, or one's own.</summary>
    public static OrganizationId Organization(string id, string field, OrganizationId own, Violations violations) =>
        id.Length == 0 ? own : Fields.Id(id, field, violations) is { } known ? new OrganizationId(known) : default;

    private static string Etag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static string Id(string id, string field)
    {
        var violations = new Violations();
        _ = Fields.Id(id, field, violations);
        violations.ThrowIfAny();
        return id;
    }

    private static Wire.Organization Sent(Wire.Organization? organization, Violations violations)
    {
        if (organization is null)
            violations.Add("organization", "is required.");
        return organization ?? new Wire.Organization();
    }

    private static Wire.Person Sent(Wire.Person? person, Violations violations)
    {
        if (person is null)
            violations.Add("person", "is required.");
        return person ?? new Wire.Person();
    }

    private static Func<Organization> Read(Wire.Organization sent, OrganizationSettings which, Violations violations)
    {
        var id = Fields.Id(sent.OrganizationId, OrganizationPrefix + "organization_id", violations);
        var name = which.HasFlag(OrganizationSettings.Name)
            ? Fields.Text(sent.Name, OrganizationPrefix + "name", 1, Domain.Access.Organization.MaxName, violations)
            : "";
        var kind = which.HasFlag(OrganizationSettings.Kind)
            ? Fields.OneOf<OrganizationKind>((int)sent.Kind, OrganizationPrefix + "kind", violations)
            : default;
        var from = which.HasFlag(OrganizationSettings.FiguresFrom)
            ? Ids(sent.FiguresFrom, OrganizationPrefix + "figures_from", Domain.Access.Organization.MaxFiguresFrom, violations)
            : [];
        return () => new Organization(new OrganizationId(id!), name, kind, [.. from.Select(one => new OrganizationId(one))]);
    }

    private static Func<Person> Read(Wire.Person sent, PersonSettings which, OrganizationId? own, Violations violations)
    {
        var id = Fields.Id(sent.PersonId, PersonPrefix + "person_id", violations);
        var organization = own is { } mine ? Organization(sent.OrganizationId, PersonPrefix + "organization_id", mine, violations) : default;
        // Whether a person or a machine is said once, with whose it is.
        var kind = own is null ? default : Fields.OneOf<PersonKind>((int)sent.Kind, PersonPrefix + "kind", violations);
        var label = which.HasFlag(PersonSettings.Label) ? Fields.Text(sent.Label, PersonPrefix + "label", 1, Person.MaxLabel, violations) : "";
        Func<Few<Grant>> grants = which.HasFlag(PersonSettings.Grants) ? Grants(sent, violations) : () => [];
        return () => new Person(new PersonId(id!), organization, label, kind, grants());
    }

    private static Func<Few<Grant>> Grants(Wire.Person sent, Violations violations)
    {
        var read = Fields.Few(sent.Grants, PersonPrefix + "grants", Person.MaxGrants, violations).Select((grant, i) =>
        {
            var field = $"{PersonPrefix}grants[{i}].";
            var role = Fields.OneOf<Role>((int)grant.Role, field + "role", violations);
            var sites = Ids(grant.SiteIds, field + "site_ids", Grant.MaxSites, violations);
            if (role == Role.Administrator && sites.Count > 0)
                violations.Add(field + "site_ids", "is empty for an administrator, who is one of the whole organization; this is not.");
            return (Role: role, Sites: sites);
        }).ToList();
        return () => [.. read.Select(grant => new Grant(grant.Role, [.. grant.Sites.Select(site => new SiteId(site))]))];
    }

    private static List<string> Ids(IReadOnlyCollection<string> sent, string field, int most, Violations violations)
    {
        var ids = Fields.Few(sent, field, most, violations).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var id in ids.Where(id => !ChosenId.IsValid(id)).Take(1))
            violations.Add(field, $"has ids, each {ChosenId.Rule}; one is '{Shown.Short(id)}'.");
        return ids;
    }

    private static Timestamp ToTimestamp(this Instant moment) => Timestamp.FromDateTime(moment.ToDateTimeUtc());
}
