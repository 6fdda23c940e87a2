using Outreach.Domain;
using Outreach.Domain.Access;
using Outreach.Domain.Sites;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>The fields of a person. A new one is added here, to <see cref="Person"/> and to the proto.</summary>
internal static class PersonFields
{
    public const string Label = "label";
    public const string Grants = "grants";

    public static SettingsFields<Wire.Person, Person> All { get; } =
        new SettingsFields<Wire.Person, Person>("person", id => new Person(new PersonId(id), default, "", default, []))
            .AddOrganization(person => person.Organization, (person, organization) => person with { Organization = organization })
            .Enum("kind", person => person.Kind, (person, kind) => person with { Kind = kind }, onlyNew: true)
            .Text(Label, 1, Person.MaxLabel, person => person.Label, (person, label) => person with { Label = label })
            .Add(Grants, ParseGrants, WriteGrants, person => person.Grants, (person, grants) => person with { Grants = grants })
            .Output((wire, person) => wire.Ended = person.Value.Ended);

    private static EquatableList<Grant> ParseGrants(Wire.Person sent, string path, Violations violations) =>
    [
        .. FieldParser.TakeAtMost(sent.Grants, path, Person.MaxGrants, violations).Select((grant, i) =>
        {
            var role = FieldParser.ParseEnum<Role>((int)grant.Role, $"{path}[{i}].role", violations);
            var sites = FieldParser.ParseIds(grant.SiteIds, $"{path}[{i}].site_ids", Grant.MaxSites, id => new SiteId(id), violations);
            if (role == Role.Administrator && grant.SiteIds.Count > 0)
                violations.Add($"{path}[{i}].site_ids", "must be empty for an administrator, who administers the whole organization.");
            return new Grant(role, sites);
        })
    ];

    private static void WriteGrants(Wire.Person wire, EquatableList<Grant> grants) => wire.Grants.AddRange(grants.Select(grant => new Wire.Grant
    {
        Role = (Wire.Role)grant.Role,
        SiteIds = { grant.Sites.Select(site => site.Value) },
    }));
}
