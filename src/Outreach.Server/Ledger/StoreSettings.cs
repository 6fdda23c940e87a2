using System.ComponentModel;
using System.Globalization;
using Npgsql;
using Outreach.Server.Configuration;

namespace Outreach.Server.Ledger;

/// <summary>Where data is stored.</summary>
internal sealed class StoreSettings : ISettingsSection
{
    [Description("The folder of the embedded store (SQLite) and of keys. Created at the first start; relative to the working directory.")]
    public string DataFolder { get; set; } = "outreach-data";

    [Description("A PostgreSQL connection string. If empty, the embedded store is used.")]
    public string Postgres { get; set; } = "";

    [Description("Start although acknowledged commits after this position of the embedded store are lost. Empty: such a store is not opened.")]
    public string AcceptLossAfter { get; set; } = "";

    /// <summary><see cref="AcceptLossAfter"/> as a position; null if it is empty.</summary>
    public long? AcceptedLossPosition => AcceptLossAfter.Length == 0 ? null : long.Parse(AcceptLossAfter, CultureInfo.InvariantCulture);

    public void Validate()
    {
        if (AcceptLossAfter.Length > 0 && !(long.TryParse(AcceptLossAfter, CultureInfo.InvariantCulture, out var position) && position >= 0))
            throw new StartException($"Outreach:AcceptLossAfter must be a position, 0 or more; it is '{AcceptLossAfter}'.");
        if (string.IsNullOrWhiteSpace(DataFolder))
            throw new StartException("Outreach:DataFolder must be the name of a folder; this is empty.");
        DataFolder = Path.GetFullPath(DataFolder);
        try
        {
            _ = new NpgsqlConnectionStringBuilder(Postgres);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException)
        {
            // The message leaves out the value, which may contain a password.
            throw new StartException("Outreach:Postgres must be a connection string, such as 'Host=127.0.0.1;Database=outreach;Username=outreach;Password=...'.");
        }
    }
}
