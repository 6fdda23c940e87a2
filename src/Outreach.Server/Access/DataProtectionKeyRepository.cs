using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using NodaTime;

namespace Outreach.Server.Access;

/// <summary>Stores the framework's data protection keys with the secrets that all nodes share. They are read at the start and about once a day.</summary>
internal sealed class DataProtectionKeyRepository(SecretStore secrets) : IXmlRepository
{
    private const string Prefix = "protection-";

    /// <summary>How long a key is stored after it expires, which is longer than anything that it protects.</summary>
    private static readonly Duration Retention = Duration.FromDays(1);

    /// <exception cref="Ledger.StoreUnavailableException">The store cannot be reached.</exception>
    public IReadOnlyCollection<XElement> GetAllElements() =>
        // The framework's interface is synchronous.
        [.. secrets.ListAsync(Prefix, CancellationToken.None).GetAwaiter().GetResult().Select(one => XElement.Parse(Encoding.UTF8.GetString(one)))];

    /// <exception cref="Ledger.StoreUnavailableException">The store cannot be reached.</exception>
    public void StoreElement(XElement element, string friendlyName)
    {
        var value = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        secrets.GetOrAddAsync(Prefix + friendlyName, () => value, GetRetirement(element), CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>When an element can be deleted. An element without an expiry, such as a revocation, is stored permanently.</summary>
    private static Instant GetRetirement(XElement element) =>
        (DateTimeOffset?)element.Element("expirationDate") is { } ends ? Instant.FromDateTimeOffset(ends) + Retention : Instant.MaxValue;
}
