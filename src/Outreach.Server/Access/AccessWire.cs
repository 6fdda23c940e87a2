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
    private const int MaxReasonLength = 500;

    private static readonly Dictionary<string, OrganizationFields> OrganizationFieldsByPath = new()
    {
        ["name"] = OrganizationFields.Name,
        ["kind"] = OrganizationFields.Kind,
        ["figures_from"] = OrganizationFields.FiguresFrom,
    };

    private static readonly Dictionary<string, PersonFields> PersonFieldsByPath = new()
    {
        ["label"] = PersonFields.Label,
        ["grants"] = PersonFields.Grants,
    };

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static Organization Parse(Wire.CreateOrganizationRequest request)
    {
        var violations = new Violations();
        var organization = ParseSettings(RequireMessage(request.Organization, violations), OrganizationFields.All, violations);
        violations.ThrowIfAny();
        return organization();
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Organization Wanted, OrganizationFields Which, long? Seen) Parse(Wire.UpdateOrganizationRequest request)
    {
        var violations = new Violations();
        var sent = RequireMessage(request.Organization, violations);
        var which = FieldMasks.GetFieldNames(sent, request.UpdateMask, OrganizationFieldsByPath.Keys, violations)
            .Aggregate(OrganizationFields.None, (all, field) => all | OrganizationFieldsByPath[field]);
        var organization = ParseSettings(sent, which, violations);
        var seen = FieldParser.ParseEtag(sent.Etag, OrganizationPrefix + "etag", violations);
        violations.ThrowIfAny();
        return (organization(), which, seen);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static OrganizationId Parse(Wire.GetOrganizationRequest request) => new(ParseId(request.OrganizationId, "organization_id"));

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static OrganizationFilter Parse(Wire.ListOrganizationsRequest request)
    {
        var violations = new Violations();
        const string List = "organizations";
        var page = Paging.Parse(request.PageSize, request.PageToken, List, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new OrganizationFilter(List, page);
    }

    /// <summary>Reads a person who is to be added.</summary>
    /// <param name="request">The request.</param>
    /// <param name="own">Whose the person is where the request does not say.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static Person Parse(Wire.CreatePersonRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var sent = RequireMessage(request.Person, violations);
        var person = ParseSettings(sent, PersonFields.All, own, violations);
        if (sent.PersonId.StartsWith(PersonId.ExternalPrefix, StringComparison.Ordinal))
            violations.Add(PersonPrefix + "person_id", $"begins with '{PersonId.ExternalPrefix}' only where another provider vouches for the person.");
        violations.ThrowIfAny();
        return person();
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Person Wanted, PersonFields Which, long? Seen) Parse(Wire.UpdatePersonRequest request)
    {
        var violations = new Violations();
        var sent = RequireMessage(request.Person, violations);
        var which = FieldMasks.GetFieldNames(sent, request.UpdateMask, PersonFieldsByPath.Keys, violations)
            .Aggregate(PersonFields.None, (all, field) => all | PersonFieldsByPath[field]);
        var person = ParseSettings(sent, which, null, violations);
        var seen = FieldParser.ParseEtag(sent.Etag, PersonPrefix + "etag", violations);
        violations.ThrowIfAny();
        return (person(), which, seen);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (PersonId Id, string Reason, long? Seen) Parse(Wire.EndPersonRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.PersonId, "person_id", violations);
        var reason = FieldParser.ParseText(request.Reason, "reason", 1, MaxReasonLength, violations);
        var seen = FieldParser.ParseEtag(request.Etag, "etag", violations);
        violations.ThrowIfAny();
        return (new PersonId(id!), reason, seen);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static PersonId Parse(Wire.GetPersonRequest request) => new(ParseId(request.PersonId, "person_id"));

    /// <summary>Reads which people are asked for.</summary>
    /// <param name="request">The request.</param>
    /// <param name="own">Whose, where the request does not say.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static PersonFilter Parse(Wire.ListPeopleRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var organization = ParseOrganization(request.OrganizationId, "organization_id", own, violations);
        var list = $"people {organization} {request.IncludeEnded}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return new PersonFilter(list, page, organization.Value, request.IncludeEnded);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (PersonId Id, NodaTime.Duration ValidFor) Parse(Wire.CreateEnrollmentCodeRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.PersonId, "person_id", violations);
        var lasts = NodaTime.Duration.FromHours(24);
        // The bounds keep what is converted small.
        if (request.ValidFor is { } wanted)
        {
            if (wanted.Seconds < PersonRules.MinCodeLifetime.TotalSeconds || wanted.Seconds > PersonRules.MaxCodeLifetime.TotalSeconds)
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

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (EnrolledDeviceId Id, string Reason) Parse(Wire.ShutOutDeviceRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.DeviceId, "device_id", violations);
        var reason = FieldParser.ParseText(request.Reason, "reason", 1, MaxReasonLength, violations);
        violations.ThrowIfAny();
        return (new EnrolledDeviceId(id!), reason);
    }

    /// <summary>Reads a request to enrol. A code that cannot be one is null: that is an attempt like any other.</summary>
    /// <exception cref="InvalidRequestException">Anything else is malformed; it names it all.</exception>
    public static (Guid RequestId, EnrollmentCode? Code, string Label) Parse(Wire.EnrollRequest request)
    {
        var violations = new Violations();
        if (!Guid.TryParseExact(request.RequestId, "D", out var requestId) || requestId == Guid.Empty)
            violations.Add("request_id", $"is a UUID; this is '{Excerpt.From(request.RequestId)}'.");
        if (request.Code.Length == 0)
            violations.Add("code", "is required.");
        var label = FieldParser.ParseText(request.DeviceLabel, "device_label", 1, Device.MaxLabel, violations);
        violations.ThrowIfAny();
        return (requestId, EnrollmentCode.ParseOrNull(request.Code), label);
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (string Token, Guid RequestId) Parse(Wire.RefreshSessionRequest request)
    {
        var violations = new Violations();
        if (request.RefreshToken.Length == 0)
            violations.Add("refresh_token", "is required.");
        var requestId = Guid.Empty;
        if (request.RequestId.Length > 0 && !Guid.TryParseExact(request.RequestId, "D", out requestId))
            violations.Add("request_id", $"is a UUID or empty; this is '{Excerpt.From(request.RequestId)}'.");
        violations.ThrowIfAny();
        return (request.RefreshToken, requestId);
    }

    /// <summary>The organization as callers see it.</summary>
    public static Wire.Organization ToWire(OrganizationEntry entry)
    {
        var organization = entry.Organization;
        var wire = new Wire.Organization
        {
            OrganizationId = organization.Id.Value,
            Name = organization.Name,
            Kind = (Wire.OrganizationKind)organization.Kind,
            KeepsInstallation = organization.ManagesInstallation(),
            Etag = ToEtag(entry.Version),
            CreateTime = entry.AddedAt.ToTimestamp(),
            UpdateTime = entry.ChangedAt.ToTimestamp(),
        };
        wire.FiguresFrom.AddRange(organization.FiguresFrom.Select(id => id.Value));
        return wire;
    }

    /// <summary>The person as callers see it.</summary>
    public static Wire.Person ToWire(PersonEntry entry)
    {
        var person = entry.Person;
        var wire = new Wire.Person
        {
            PersonId = person.Id.Value,
            OrganizationId = person.Organization.Value,
            Label = person.Label,
            Kind = (Wire.PersonKind)person.Kind,
            Ended = person.Ended,
            Etag = ToEtag(entry.Version),
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
    public static Wire.Device ToWire(Device device, bool mayComeIn = true) => new()
    {
        DeviceId = device.Id.Value,
        PersonId = device.Person.Value,
        OrganizationId = device.Organization.Value,
        Label = device.Label,
        State = device.Status == DeviceStatus.Enrolled && !mayComeIn ? Wire.DeviceState.Ended : (Wire.DeviceState)device.Status,
        Reason = device.Reason,
        CreateTime = device.EnrolledAt.ToTimestamp(),
        LastRefreshTime = device.RefreshedAt.ToTimestamp(),
    };

    /// <summary>Whose something is: the organization that is named, or one's own.</summary>
    public static OrganizationId ParseOrganization(string id, string field, OrganizationId own, Violations violations) =>
        id.Length == 0 ? own : FieldParser.ParseId(id, field, violations) is { } known ? new OrganizationId(known) : default;

    private static string ToEtag(long version) => version.ToString(CultureInfo.InvariantCulture);

    private static string ParseId(string id, string field)
    {
        var violations = new Violations();
        _ = FieldParser.ParseId(id, field, violations);
        violations.ThrowIfAny();
        return id;
    }

    private static Wire.Organization RequireMessage(Wire.Organization? organization, Violations violations)
    {
        if (organization is null)
            violations.Add("organization", "is required.");
        return organization ?? new Wire.Organization();
    }

    private static Wire.Person RequireMessage(Wire.Person? person, Violations violations)
    {
        if (person is null)
            violations.Add("person", "is required.");
        return person ?? new Wire.Person();
    }

    private static Func<Organization> ParseSettings(Wire.Organization sent, OrganizationFields which, Violations violations)
    {
        var id = FieldParser.ParseId(sent.OrganizationId, OrganizationPrefix + "organization_id", violations);
        var name = which.HasFlag(OrganizationFields.Name)
            ? FieldParser.ParseText(sent.Name, OrganizationPrefix + "name", 1, Domain.Access.Organization.MaxName, violations)
            : "";
        var kind = which.HasFlag(OrganizationFields.Kind)
            ? FieldParser.ParseEnum<OrganizationKind>((int)sent.Kind, OrganizationPrefix + "kind", violations)
            : default;
        var from = which.HasFlag(OrganizationFields.FiguresFrom)
            ? ParseIds(sent.FiguresFrom, OrganizationPrefix + "figures_from", Domain.Access.Organization.MaxFiguresFrom, violations)
            : [];
        return () => new Organization(new OrganizationId(id!), name, kind, [.. from.Select(one => new OrganizationId(one))]);
    }

    private static Func<Person> ParseSettings(Wire.Person sent, PersonFields which, OrganizationId? own, Violations violations)
    {
        var id = FieldParser.ParseId(sent.PersonId, PersonPrefix + "person_id", violations);
        var organization = own is { } mine ? ParseOrganization(sent.OrganizationId, PersonPrefix + "organization_id", mine, violations) : default;
        // Whether a person or a machine is said once, with whose it is.
        var kind = own is null ? default : FieldParser.ParseEnum<PersonKind>((int)sent.Kind, PersonPrefix + "kind", violations);
        var label = which.HasFlag(PersonFields.Label) ? FieldParser.ParseText(sent.Label, PersonPrefix + "label", 1, Person.MaxLabel, violations) : "";
        Func<EquatableList<Grant>> grants = which.HasFlag(PersonFields.Grants) ? ParseGrants(sent, violations) : () => [];
        return () => new Person(new PersonId(id!), organization, label, kind, grants());
    }

    private static Func<EquatableList<Grant>> ParseGrants(Wire.Person sent, Violations violations)
    {
        var read = FieldParser.TakeAtMost(sent.Grants, PersonPrefix + "grants", Person.MaxGrants, violations).Select((grant, i) =>
        {
            var field = $"{PersonPrefix}grants[{i}].";
            var role = FieldParser.ParseEnum<Role>((int)grant.Role, field + "role", violations);
            var sites = ParseIds(grant.SiteIds, field + "site_ids", Grant.MaxSites, violations);
            if (role == Role.Administrator && sites.Count > 0)
                violations.Add(field + "site_ids", "is empty for an administrator, who is one of the whole organization; this is not.");
            return (Role: role, Sites: sites);
        }).ToList();
        return () => [.. read.Select(grant => new Grant(grant.Role, [.. grant.Sites.Select(site => new SiteId(site))]))];
    }

    private static List<string> ParseIds(IReadOnlyCollection<string> sent, string field, int most, Violations violations)
    {
        var ids = FieldParser.TakeAtMost(sent, field, most, violations).Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var id in ids.Where(id => !Slug.IsValid(id)).Take(1))
            violations.Add(field, $"has ids, each {Slug.Rule}; one is '{Excerpt.From(id)}'.");
        return ids;
    }

    private static Timestamp ToTimestamp(this Instant moment) => Timestamp.FromDateTime(moment.ToDateTimeUtc());
}
