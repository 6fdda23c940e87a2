using NodaTime;
using Orleans.Concurrency;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;
using Outreach.Domain.Recording.Settings;
using Outreach.Server.Ledger;

namespace Outreach.Server.Access;

/// <summary>The single writer of an organization's settings; its key is the organization's id. It returns when everything is durable.</summary>
[Alias("outreach.organization")]
public interface IOrganizationGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="OrganizationRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<Versioned<Organization>>> AddAsync(Organization organization);

    /// <inheritdoc cref="OrganizationRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<Versioned<Organization>>> ChangeAsync(SettingsUpdate<Organization> update);
}

/// <inheritdoc cref="IOrganizationGrain"/>
public sealed class OrganizationGrain(ILedger ledger, IClock clock)
    : LedgerGrain<SettingsState<Organization>, OrganizationEvent>(ledger, OrganizationStreamDefinition.Instance, clock), IOrganizationGrain
{
    public Task<Result<Versioned<Organization>>> AddAsync(Organization organization) =>
        RecordAsync(OrganizationRules.Add(State, organization), state => state.Current);

    public Task<Result<Versioned<Organization>>> ChangeAsync(SettingsUpdate<Organization> update) => RecordAsync(
        OrganizationRules.Change(State, update.Value.Id, organization => OrganizationFields.All.Merge(organization, update), update.ExpectedVersion),
        state => state.Current);
}
