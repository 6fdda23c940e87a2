namespace Outreach.Tool.Bench;

/// <summary>The kind of store that a bench runs on.</summary>
internal enum StoreKind
{
    /// <summary>The embedded SQLite store.</summary>
    Sqlite,

    /// <summary>A PostgreSQL cluster that the bench starts.</summary>
    Postgres,
}
