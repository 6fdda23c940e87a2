using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsvHelper;

namespace Outreach.Tool.Ledger;

/// <summary>Writes records as CSV or JSON lines.</summary>
public abstract class RecordWriter : IDisposable
{
    /// <summary>A writer for a format: "csv" or "jsonl".</summary>
    public static RecordWriter For(string format, TextWriter text) => format == "csv" ? new Csv(text) : new JsonLines(text);

    /// <summary>Names the columns, once and before the first record: a file without records has its header too.</summary>
    public abstract void WriteHeader(IEnumerable<string> columns);

    /// <summary>Writes a record.</summary>
    /// <param name="columns">The record in the columns that were named, in their order.</param>
    /// <param name="whole">The record whole, as JSON.</param>
    public abstract void Write(IEnumerable<string> columns, JsonNode whole);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes what is buffered; the text writer stays open.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private sealed class JsonLines(TextWriter text) : RecordWriter
    {
        // The file is read by programs, never by a browser: names in any script stay readable.
        private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        public override void WriteHeader(IEnumerable<string> columns)
        {
            // Each line names what it holds.
        }

        public override void Write(IEnumerable<string> columns, JsonNode whole) =>
            text.Write(whole.ToJsonString(Readable) + "\n");
    }

    private sealed class Csv(TextWriter text) : RecordWriter
    {
        // A spreadsheet must not take a text for a formula.
        private readonly CsvWriter csv = CsvWriter.Create(text, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);

        public override void WriteHeader(IEnumerable<string> columns) => WriteFields(columns);

        public override void Write(IEnumerable<string> columns, JsonNode whole) => WriteFields(columns);

        protected override void Dispose(bool disposing)
        {
            csv.Dispose();
            base.Dispose(disposing);
        }

        private void WriteFields(IEnumerable<string> fields)
        {
            foreach (var field in fields)
                csv.WriteField(field);
            csv.EndRecord();
        }
    }
}
