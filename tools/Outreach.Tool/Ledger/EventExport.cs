using System.Text.Json.Nodes;
using Grpc.Core;
using Outreach.Protocol.Upkeep.V1;

namespace Outreach.Tool.Ledger;

/// <summary>Writes every fact of the ledger.</summary>
internal static class EventExport
{
    public static async Task WriteAsync(
        UpkeepService.UpkeepServiceClient ledger, RecordWriter writer, Action<int> written, CancellationToken cancellation)
    {
        writer.WriteHeader(["stream", "version", "recorded_at", "kind", "json"]);
        using var call = ledger.Export(new ExportRequest(), cancellationToken: cancellation);
        await foreach (var response in call.ResponseStream.ReadAllAsync(cancellation))
        {
            foreach (var fact in response.Facts)
                Write(writer, fact);
            written(response.Facts.Count);
        }
    }

    private static void Write(RecordWriter writer, ExportedFact fact)
    {
        var recorded = fact.RecordedAt.ToDateTime().ToString("O");
        writer.Write(
            [fact.Stream, $"{fact.Version}", recorded, fact.Kind, fact.Json],
            new JsonObject
            {
                ["stream"] = fact.Stream,
                ["version"] = fact.Version,
                ["recorded_at"] = recorded,
                ["kind"] = fact.Kind,
                ["fact"] = JsonNode.Parse(fact.Json),
            });
    }
}
