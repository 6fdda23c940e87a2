using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using NodaTime;
using Outreach.Protocol.Encounters.V1;
using Outreach.Tool.Import.Mapping;

namespace Outreach.Tool.Import.Sending;

/// <summary>
/// Imports encounters: creates the sites that the mapping needs, compares the rows with what the server has, and sends, releases or
/// corrects what has to be. A dry run stops before it changes anything and reports what would become of each row.
/// </summary>
internal sealed class EncounterImport(CallInvoker invoker, EncounterMapping mapping, bool dryRun, bool correct)
{
    private readonly EncounterService.EncounterServiceClient encounters = new(invoker);

    /// <summary>What is to be said about the whole file.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>Imports the rows that have a record.</summary>
    /// <param name="rows">The rows; their ids are all different.</param>
    /// <param name="finished">Called with what became of each row, in whatever order.</param>
    public async Task RunAsync(IReadOnlyCollection<PlannedRow<Encounter>> rows, Action<RowResult> finished, CancellationToken cancellation)
    {
        var server = await ServerRecords.ReadAsync(invoker, mapping.Source, rows.Select(r => r.Record!.EncounterId).ToHashSet(), cancellation);
        await EnsureSitesAsync(server, cancellation);
        var decisions = rows.Select(r => EncounterDecision.For(r, server, correct)).ToList();
        NoteMissingRows(server);
        foreach (var done in decisions.OfType<EncounterDecision.Done>())
            finished(done.Result);
        if (dryRun)
        {
            foreach (var decision in decisions.Where(d => d is not EncounterDecision.Done))
                finished(Predict(decision, HoldPrediction.ReasonsFor(decision.Row.Record!, server, SystemClock.Instance.GetCurrentInstant())));
            return;
        }
        foreach (var release in decisions.OfType<EncounterDecision.Release>())
            finished(await ReleaseAsync(release, cancellation));
        foreach (var correction in decisions.OfType<EncounterDecision.Correct>())
            finished(await CorrectAsync(correction, cancellation));
        var sent = decisions.OfType<EncounterDecision.Send>().ToDictionary(d => d.Row.Record!.EncounterId, d => d.Row);
        await new EncounterSender(encounters).SendAsync(
            [.. sent.Values.Select(r => r.Record!)], (encounter, answer) => finished(ResultOf(sent[encounter.EncounterId], answer)), cancellation);
    }

    /// <summary>What became of a row that was sent.</summary>
    internal static RowResult ResultOf(PlannedRow<Encounter> row, EncounterResult answer)
    {
        var id = row.Record!.EncounterId;
        return answer.Outcome switch
        {
            RecordOutcome.Recorded => RowResult.Imported(row, id, existedBefore: false),
            RecordOutcome.AlreadyRecorded => RowResult.Imported(row, id, existedBefore: true),
            RecordOutcome.Held => RowResult.Held(row, id, existedBefore: false, Reasons(answer)),
            RecordOutcome.IdTaken => RowResult.Existing(
                row, RowStatus.Different, id, "it was recorded with another content while this import ran, or under this id at a site that you do not see"),
            _ => RowResult.Rejected(row, id, Reasons(answer)),
        };
    }

    private static RowResult Predict(EncounterDecision decision, IReadOnlyList<string> reasons)
    {
        var (row, id) = (decision.Row, decision.Row.Record!.EncounterId);
        return decision switch
        {
            EncounterDecision.Release when reasons.Count > 0 => RowResult.Held(row, id, existedBefore: true, reasons),
            EncounterDecision.Release => Released(row, id),
            EncounterDecision.Correct when reasons.Count > 0 => RowResult.Existing(row, RowStatus.Different, id, reasons),
            EncounterDecision.Correct => Corrected(row, id),
            _ when reasons.Count > 0 => RowResult.Held(row, id, existedBefore: false, reasons),
            _ => RowResult.Imported(row, id, existedBefore: false),
        };
    }

    private async Task<RowResult> ReleaseAsync(EncounterDecision.Release release, CancellationToken cancellation)
    {
        var (row, encounter) = (release.Row, release.Row.Record!);
        try
        {
            var request = new ReleaseHeldEncounterRequest
            {
                RequestId = RequestIdOf(encounter, "release"),
                SiteId = release.Held.Encounter.SiteId.Length > 0 ? release.Held.Encounter.SiteId : "~",
                EncounterId = encounter.EncounterId,
                Encounter = encounter,
                Reason = "The row was changed in the source and imported again.",
            };
            await encounters.ReleaseHeldEncounterAsync(request, cancellationToken: cancellation);
            return Released(row, encounter.EncounterId);
        }
        catch (RpcException failure) when (FailureMessage.ConcernsOneRecord(failure))
        {
            return RowResult.Held(row, encounter.EncounterId, existedBefore: true, [FailureMessage.ForRow(failure)]);
        }
    }

    private async Task<RowResult> CorrectAsync(EncounterDecision.Correct correction, CancellationToken cancellation)
    {
        var (row, encounter) = (correction.Row, correction.Row.Record!);
        try
        {
            var request = new CorrectEncounterRequest
            {
                RequestId = RequestIdOf(encounter, $"correction {correction.Recorded.Amendments.Count + 1}"),
                SiteId = encounter.SiteId,
                EncounterId = encounter.EncounterId,
                Encounter = encounter,
                Reason = "The row was changed in the source and imported again.",
            };
            await encounters.CorrectEncounterAsync(request, cancellationToken: cancellation);
            return Corrected(row, encounter.EncounterId);
        }
        catch (RpcException failure) when (FailureMessage.ConcernsOneRecord(failure))
        {
            return RowResult.Existing(row, RowStatus.Different, encounter.EncounterId, FailureMessage.ForRow(failure));
        }
    }

    private static RowResult Released(PlannedRow<Encounter> row, string id) =>
        RowResult.Existing(row, RowStatus.Corrected, id, "it was held, and is released as the file says it now");

    private static RowResult Corrected(PlannedRow<Encounter> row, string id) =>
        RowResult.Existing(row, RowStatus.Corrected, id, "what was recorded is corrected to what the file says now");

    // The same for the same content, so that a retry after a lost answer changes nothing.
    private string RequestIdOf(Encounter encounter, string change) =>
        RowId.Of(mapping.Source, $"{change} of {encounter.EncounterId} to {Convert.ToHexString(SHA256.HashData(encounter.ToByteArray()))}").ToString();

    private async Task EnsureSitesAsync(ServerRecords server, CancellationToken cancellation)
    {
        foreach (var site in mapping.EnsureSites)
        {
            var exists = server.TimeZoneBySite.ContainsKey(site.SiteId);
            if (!exists && !dryRun)
                exists = !await new SiteSender(new(invoker), dryRun).EnsureAsync(site.ToSite(), cancellation);
            Notes.Add($"site {site.SiteId} ({site.Name}) {(exists ? "exists already" : "is created by this import")}");
            server.TimeZoneBySite.TryAdd(site.SiteId, site.TimeZone);
        }
    }

    private void NoteMissingRows(ServerRecords server)
    {
        if (server.NotInFile.Count + server.HeldNotInFile == 0)
            return;
        Notes.Add($"{server.NotInFile.Count:N0} recorded and {server.HeldNotInFile:N0} held records came from this source before and have no row in this file"
            + (mapping is { RowKey.Count: 0, EncounterIdColumn.Length: 0 }
                ? ". Rows are told apart by all that they say: if some were edited, void their earlier records, or they count twice"
                : ""));
    }

    private static string[] Reasons(EncounterResult answer) => answer switch
    {
        { Outcome: RecordOutcome.SiteNotFound } => ["you may not record at this site, or it does not exist"],
        { Reasons.Count: 0 } => ["the server gave no reason"],
        _ => [.. answer.Reasons.Select(r => $"{r.Field}: {r.Description}")],
    };
}
