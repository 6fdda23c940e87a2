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

    /// <summary>Writes a record.</summary>
    /// <param name="columns">The record in columns, the same ones every time; the first time their names become the header.</param>
    /// <param name="whole">The record whole, as JSON.</param>
    public abstract void Write(IReadOnlyList<(string Name, string Value)> columns, JsonNode whole);

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

        public override void Write(IReadOnlyList<(string Name, string Value)> columns, JsonNode whole) =>
            text.Write(whole.ToJsonString(Readable) + "\n");
    }

    private sealed class Csv(TextWriter text) : RecordWriter
    {
        // A spreadsheet must not take a text for a formula.
        private readonly CsvWriter csv = CsvWriter.Create(text, new CsvWriterOptions { Injection = CsvInjection.Escape }, leaveOpen: true);
        private bool headed;

        public override void Write(IReadOnlyList<(string Name, string Value)> columns, JsonNode whole)
        {
            if (!headed)
                Line(columns.Select(c => c.Name));
            headed = true;
            Line(columns.Select(c => c.Value));
        }

        protected override void Dispose(bool disposing)
        {
            csv.Dispose();
            base.Dispose(disposing);
        }

        private void Line(IEnumerable<string> fields)
        {
            foreach (var field in fields)
                csv.WriteField(field);
            csv.EndRecord();
        }
    }
}
