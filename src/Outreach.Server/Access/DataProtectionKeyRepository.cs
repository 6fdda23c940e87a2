using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using NodaTime;

namespace Outreach.Server.Access;

/// <summary>Keeps the framework's keys for what browsers carry among the secrets that all nodes share. Read at the start and about once a day.</summary>
internal sealed class DataProtectionKeyRepository(SecretStore secrets) : IXmlRepository
{
    private const string Prefix = "protection-";

    /// <summary>How long a key is kept after its end: nothing is carried as long.</summary>
    private static readonly Duration Retention = Duration.FromDays(1);

    /// <exception cref="Ledger.StoreUnavailableException">The store cannot be reached.</exception>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        // The framework asks for an answer at once.
        [.. secrets.ListAsync(Prefix, CancellationToken.None).GetAwaiter().GetResult().Select(one => XElement.Parse(Encoding.UTF8.GetString(one)))];

    /// <exception cref="Ledger.StoreUnavailableException">The store cannot be reached.</exception>
    public void StoreElement(XElement element, string friendlyName)
    {
        var value = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        secrets.GetOrAddAsync(Prefix + friendlyName, () => value, GetRetirement(element), CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>What has no end, such as a word that keys are no good, is kept for ever.</summary>
    private static Instant GetRetirement(XElement element) =>
        (DateTimeOffset?)element.Element("expirationDate") is { } ends ? Instant.FromDateTimeOffset(ends) + Retention : Instant.MaxValue;
}
