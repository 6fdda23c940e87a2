using Outreach.Tool.Import.Mapping;
using Outreach.Tool.Import.Tables;

namespace Outreach.Tool.Import.Rows;

/// <summary>What identifies a row.</summary>
/// <param name="Text">What tells it apart in its source.</param>
/// <param name="Id">Its record's id.</param>
/// <param name="Reference">Where a person finds it in the source, at most 100 characters.</param>
/// <param name="EarlierId">The id that an earlier version of the tool gave to a row without a key; empty for others.</param>
internal sealed record RowKey(string Text, Guid Id, string Reference, string EarlierId = "");

/// <summary>
/// Finds the keys of rows: from the column with the record's own id, else from the columns of row_key, else from all that the row says
/// and how many equal rows came before it. Rows may then be sorted or inserted, and each keeps its record.
/// </summary>
internal sealed class RowKeys(ImportMapping mapping)
{
    private readonly Dictionary<string, List<int>> rowsByKey = [];

    /// <summary>The key of a row; rows have to come in their order.</summary>
    /// <returns>Why the row has no key of its own; null if it has one.</returns>
    public string? Find(Row row, string idColumn, out RowKey key)
    {
        var text = idColumn.Length > 0 ? row.RawValue(idColumn) : mapping.KeyOf(row);
        key = new RowKey(text, Guid.Empty, "");
        if (text.Length == 0)
            return idColumn.Length > 0 ? $"its {idColumn} is empty" : "its columns of row_key are empty";
        var ownId = Guid.Empty;
        if (idColumn.Length > 0 && !Guid.TryParse(text, out ownId))
            return $"its {idColumn} is not a UUID";
        if (idColumn.Length > 0)
            text = ownId.ToString();
        if (!rowsByKey.TryAdd(text, [row.Number]))
        {
            var earlier = rowsByKey[text];
            if (idColumn.Length > 0 || mapping.RowKey.Count > 0)
                return $"its key is that of row {earlier[0]}: {(idColumn.Length > 0 ? idColumn : "row_key")} does not tell the two apart";
            earlier.Add(row.Number);
            text = $"{text} {earlier.Count}";
        }
        var id = idColumn.Length > 0 ? ownId : RowId.Of(mapping.Source, text);
        var number = $"row {row.Number}";
        key = idColumn.Length > 0 || mapping.RowKey.Count > 0
            ? new RowKey(text, id, Truncate(text))
            : new RowKey(text, id, number, RowId.Of(mapping.Source, number).ToString());
        return null;
    }

    private static string Truncate(string key) => key.Length <= 100 ? key : key[..99] + "…";
}
