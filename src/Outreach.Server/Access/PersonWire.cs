using NodaTime;
using Outreach.Domain.Access;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Recording.Settings;
using Outreach.Server.Rpc;
using Wire = Outreach.Protocol.Access.V1;

namespace Outreach.Server.Access;

/// <summary>Parses requests about people.</summary>
internal static class PersonWire
{
    private const int MaxReasonLength = 500;

    private static readonly Duration DefaultCodeLifetime = Duration.FromHours(24);

    /// <param name="request">The request.</param>
    /// <param name="own">The organization that the person belongs to if the request names none.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static Person Parse(Wire.CreatePersonRequest request, OrganizationId own) => PersonFields.All.ParseNew(
        request.Person,
        person => person with { Organization = own },
        (sent, violations) =>
        {
            if (sent.PersonId.StartsWith(PersonId.ExternalPrefix, StringComparison.Ordinal))
                violations.Add("person.person_id", $"must not begin with '{PersonId.ExternalPrefix}', which is for people from another identity provider.");
        });

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static SettingsUpdate<Person> Parse(Wire.UpdatePersonRequest request) => PersonFields.All.ParseUpdate(request.Person, request.UpdateMask);

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static (PersonId Id, string Reason, long? Seen) Parse(Wire.EndPersonRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.PersonId, "person_id", violations);
        var reason = FieldParser.ParseText(request.Reason, "reason", 1, MaxReasonLength, violations);
        var expectedVersion = FieldParser.ParseEtag(request.Etag, "etag", violations);
        violations.ThrowIfAny();
        return (new PersonId(id!), reason, expectedVersion);
    }

    /// <exception cref="InvalidRequestException">The id is malformed.</exception>
    public static PersonId Parse(Wire.GetPersonRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.PersonId, "person_id", violations);
        violations.ThrowIfAny();
        return new PersonId(id!);
    }

    /// <param name="request">The request.</param>
    /// <param name="own">The organization whose people are listed if the request names none.</param>
    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static (OrganizationId Organization, SettingsFilter Filter) Parse(Wire.ListPeopleRequest request, OrganizationId own)
    {
        var violations = new Violations();
        var organization = AccessWire.ParseOrganization(request.OrganizationId, "organization_id", own, violations);
        var list = $"people {organization} {request.IncludeEnded}";
        var page = Paging.Parse(request.PageSize, request.PageToken, list, keyParts: 1, violations);
        violations.ThrowIfAny();
        return (organization, new SettingsFilter(list, page, [("organization_id", organization.Value), ("ended", request.IncludeEnded ? null : "")]));
    }

    /// <exception cref="InvalidRequestException">Anything is malformed; it names every violation.</exception>
    public static (PersonId Id, Duration ValidFor) Parse(Wire.CreateEnrollmentCodeRequest request)
    {
        var violations = new Violations();
        var id = FieldParser.ParseId(request.PersonId, "person_id", violations);
        var validFor = ParseLifetime(request.ValidFor, violations);
        violations.ThrowIfAny();
        return (new PersonId(id!), validFor);
    }

    public static Wire.Person ToWire(Versioned<Person> person) => PersonFields.All.ToWire(person);

    public static Wire.ListPeopleResponse ToWire(SettingsPage<Person> page) =>
        new() { People = { page.Items.Select(ToWire) }, NextPageToken = page.NextPageToken };

    private static Duration ParseLifetime(Google.Protobuf.WellKnownTypes.Duration? sent, Violations violations)
    {
        if (sent is null)
            return DefaultCodeLifetime;
        if (sent.Seconds >= PersonRules.MinCodeLifetime.TotalSeconds && sent.Seconds <= PersonRules.MaxCodeLifetime.TotalSeconds)
            return Duration.FromSeconds(sent.Seconds);
        violations.Add("valid_for", $"must be from 60 to 604,800 seconds; this is {sent.Seconds:N0}.");
        return DefaultCodeLifetime;
    }
}
