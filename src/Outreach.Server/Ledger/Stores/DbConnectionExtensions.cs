using System.Data.Common;

namespace Outreach.Server.Ledger.Stores;

/// <summary>Short words for ADO.NET, for statements that are not in the hot path.</summary>
internal static class DbConnectionExtensions
{
    /// <summary>Runs statements that return nothing.</summary>
    public static void Execute(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc cref="Execute"/>
    public static async Task ExecuteAsync(this DbConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>A command with named parameters.</summary>
    public static DbCommand CreateCommand(this DbConnection connection, string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }

    /// <summary>A whole column of bytes.</summary>
    public static byte[] GetBytes(this DbDataReader reader, int ordinal) => reader.GetFieldValue<byte[]>(ordinal);
}
