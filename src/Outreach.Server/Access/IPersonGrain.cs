using Orleans.Concurrency;
using Outreach.Domain.Access;
using Outreach.Domain.Recording;

namespace Outreach.Server.Access;

/// <summary>The single writer of one person's part; its key is the person's id. It answers when all is durable.</summary>
[Alias("outreach.person")]
public interface IPersonGrain : IGrainWithStringKey
{
    /// <inheritdoc cref="PersonRules.Add"/>
    [Alias("add"), AlwaysInterleave]
    Task<Result<PersonEntry>> AddAsync(Person person);

    /// <inheritdoc cref="PersonRules.Change"/>
    [Alias("change"), AlwaysInterleave]
    Task<Result<PersonEntry>> ChangeAsync(Person wanted, PersonFields which, long? seen, bool othersAdminister);

    /// <inheritdoc cref="PersonRules.End"/>
    [Alias("end"), AlwaysInterleave]
    Task<Result<PersonEntry>> EndAsync(string reason, long? seen, bool othersAdminister);

    /// <inheritdoc cref="PersonRules.MakeCode"/>
    [Alias("make-code"), AlwaysInterleave]
    Task<Result<PersonEntry>> MakeCodeAsync(OpenCode code);

    /// <inheritdoc cref="PersonRules.UseCode"/>
    /// <returns>Which device it lets in; where the same request used it before, the one of the first time.</returns>
    [Alias("use-code"), AlwaysInterleave]
    Task<Result<SpentCode>> UseCodeAsync(SecretHash mark, Guid requestId, EnrolledDeviceId device);
}
