using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using NodaTime;
using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>Reads and writes the messages about organizations and people.</summary>
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
        var organization = ParseSettings(FieldParser.ParseMessage(request.Organization, "organization", violations), OrganizationFields.All, violations);
        violations.ThrowIfAny();
        return organization();
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names it all.</exception>
    public static (Organization Wanted, OrganizationFields Which, long? Seen) Parse(Wire.UpdateOrganizationRequest request)
    {
        var violations = new Violations();
        var sent = FieldParser.ParseMessage(request.Organization, "organization", violations);
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
        var sent = FieldParser.ParseMessage(request.Person, "person", violations);
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
        var sent = FieldParser.ParseMessage(request.Person, "person", violations);
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
            ? FieldParser.ParseIds(sent.FiguresFrom, OrganizationPrefix + "figures_from", Domain.Access.Organization.MaxFiguresFrom, violations)
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
            var sites = FieldParser.ParseIds(grant.SiteIds, field + "site_ids", Grant.MaxSites, violations);
            if (role == Role.Administrator && sites.Count > 0)
                violations.Add(field + "site_ids", "is empty for an administrator, who is one of the whole organization; this is not.");
            return (Role: role, Sites: sites);
        }).ToList();
        return () => [.. read.Select(grant => new Grant(grant.Role, [.. grant.Sites.Select(site => new SiteId(site))]))];
    }

    private static Timestamp ToTimestamp(this Instant moment) => Timestamp.FromDateTime(moment.ToDateTimeUtc());
}
