using System.Runtime.CompilerServices;
using Outreach.Protocol.Encounters.V1;

namespace Outreach.Tool.Held;

/// <summary>Reads lists of held records.</summary>
internal static class HeldRecords
{
    private const int PageSize = 1_000;

    /// <summary>Reads all pages of a request, in the order the records were held.</summary>
    public static async IAsyncEnumerable<HeldEncounter> ListAllAsync(
        EncounterService.EncounterServiceClient encounters, ListHeldEncountersRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        request.PageSize = PageSize;
        do
        {
            var page = await encounters.ListHeldEncountersAsync(request, cancellationToken: cancellation);
            foreach (var held in page.HeldEncounters)
                yield return held;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }
}
