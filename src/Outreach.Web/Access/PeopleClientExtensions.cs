using Outreach.Protocol.Access.V1;
using Outreach.Web.Shell.Kit;

namespace Outreach.Web.Access;

/// <summary>Reads the list of people.</summary>
internal static class PeopleClientExtensions
{
    /// <summary>All people of an organization.</summary>
    /// <param name="client">The client.</param>
    /// <param name="organizationId">The organization; empty for the user's own.</param>
    /// <param name="includeEnded">Whether the list includes people who have left.</param>
    /// <exception cref="Grpc.Core.RpcException">The server cannot be reached, or refused the call.</exception>
    public static Task<List<Person>> ListAllPeopleAsync(this PeopleService.PeopleServiceClient client, string organizationId = "", bool includeEnded = false) =>
        AllPages.ReadAsync(async pageToken =>
        {
            var request = new ListPeopleRequest { PageSize = AllPages.PageSize, PageToken = pageToken, OrganizationId = organizationId, IncludeEnded = includeEnded };
            var page = await client.ListPeopleAsync(request);
            return (page.People, page.NextPageToken);
        });
}
