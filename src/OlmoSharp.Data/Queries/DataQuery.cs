using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using DuckDB.NET.Data.DataChunk.Writer;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Queries;

/// <summary>
/// Answers SQL over documents and attributes, through DuckDB. The view <c>documents</c> has <c>id, text, source, added, created, metadata, file, line</c>, the view <c>attributes</c> a
/// row for each span: <c>id, name, start, "end", score, file, line</c>. JSON lines are read by this library, as DuckDB checks neither the CRC of gzip nor that a
/// document is one.
/// </summary>
public sealed class DataQuery : IDisposable
{
    private static readonly string[] Views = ["documents", "attributes"];
    private static readonly string[] OptionalColumns = ["added", "created"];

    private readonly DuckDBConnection _connection = new("DataSource=:memory:");
    private readonly List<string> _views = [];
    private DataException? _failure;

    /// <summary>Makes the views.</summary>
    /// <param name="documents">Document files, JSON lines or Parquet: paths, folders or patterns; none: no view.</param>
    /// <param name="attributes">Attribute files, likewise.</param>
    /// <exception cref="DataException">There are no such files, or a Parquet file is no file of documents.</exception>
    public DataQuery(IReadOnlyList<string> documents, IReadOnlyList<string> attributes)
    {
        try
        {
            _connection.Open();
            Execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false");
            if (documents.Count > 0)
            {
                AddDocuments(DocumentPatterns.Expand(documents));
            }

            if (attributes.Count > 0)
            {
                AddAttributes(DocumentPatterns.Expand(attributes));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs a query.</summary>
    /// <param name="sql">SQL in DuckDB's dialect; of several statements the last one's result is given.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="DataException">The SQL is wrong, or a file is damaged.</exception>
    public QueryResult Run(string sql, CancellationToken cancellation = default)
    {
        _failure = null;
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var stop = cancellation.Register(command.Cancel);
        try
        {
            using var reader = command.ExecuteReader();
            // Each statement runs when its result is asked for; the last one's is given.
            QueryResult result;
            do
            {
                result = Read(reader);
            }
            while (reader.NextResult());
            return result;
        }
        catch (Exception error) when (error is DuckDBException or InvalidOperationException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw _failure ?? new DataException($"the query fails: {FirstLines(error.Message)}{Hint(error.Message)}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void AddDocuments(IReadOnlyList<string> files)
    {
        var sources = new List<string>();
        var lines = files.Where(file => Path.GetExtension(file) != ".parquet").ToList();
        if (lines.Count > 0)
        {
            ColumnInfo[] columns =
            [
                new("id", typeof(string)), new("text", typeof(string)), new("source", typeof(string)), new("added", typeof(string)), new("created", typeof(string)),
                new("metadata", typeof(string)), new("file", typeof(string)), new("line", typeof(long)),
            ];
            _connection.RegisterTableFunction("document_lines", () => new TableFunction(columns, Guard(Documents(lines)), default), WriteDocument);
            sources.Add("SELECT * REPLACE (metadata::JSON AS metadata) FROM document_lines()");
        }

        sources.AddRange(files.Where(file => Path.GetExtension(file) == ".parquet").Select(SelectParquet));
        Execute($"CREATE VIEW documents AS {string.Join(" UNION ALL ", sources)}");
        _views.Add("documents");
    }

    private void AddAttributes(IReadOnlyList<string> files)
    {
        ColumnInfo[] columns =
        [
            new("id", typeof(string)), new("name", typeof(string)), new("start", typeof(int)), new("end", typeof(int)), new("score", typeof(double)), new("file", typeof(string)), new("line", typeof(long)),
        ];
        _connection.RegisterTableFunction("attribute_spans", () => new TableFunction(columns, Guard(Spans(files)), default), WriteSpan);
        Execute("CREATE VIEW attributes AS SELECT * FROM attribute_spans()");
        _views.Add("attributes");
    }

    /// <summary>A Parquet file in the form of the view: missing columns are null, other columns are left out, metadata becomes JSON.</summary>
    private string SelectParquet(string path)
    {
        ParquetTable table;
        try
        {
            table = ParquetTable.Open(_connection, path);
        }
        catch (InvalidDataException error)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}.", error);
        }

        var optional = OptionalColumns.Select(name => table.Types.ContainsKey(name) ? $"{name}::VARCHAR AS {name}" : $"NULL::VARCHAR AS {name}");
        var metadata = table.Types.ContainsKey("metadata") ? table.Json("metadata") : "NULL::JSON";
        return $"SELECT id::VARCHAR AS id, text::VARCHAR AS text, source::VARCHAR AS source, {string.Join(", ", optional)}, {metadata} AS metadata, {table.Literal} AS file, file_row_number + 1 AS line FROM read_parquet({table.Literal}, file_row_number = true)";
    }

    private static IEnumerable<(string Path, DocumentView View)> Documents(IReadOnlyList<string> files)
    {
        var view = new DocumentView();
        foreach (var path in files)
        {
            using var reader = new DocumentScanner(path);
            while (reader.Read(view))
            {
                yield return (path, view);
            }
        }
    }

    private static void WriteDocument(object? item, IDuckDBDataWriter[] columns, ulong row)
    {
        var (path, view) = ((string, DocumentView))item!;
        columns[0].WriteValue(Encoding.UTF8.GetString(view.Id), row);
        columns[1].WriteValue(Encoding.UTF8.GetString(view.Text), row);
        columns[2].WriteValue(view.SourceName, row);
        WriteOptional(view.FindField("added"u8), isJson: false, columns[3]);
        WriteOptional(view.FindField("created"u8), isJson: false, columns[4]);
        WriteOptional(view.FindField("metadata"u8), isJson: true, columns[5]);
        columns[6].WriteValue(path, row);
        columns[7].WriteValue(view.LineNumber, row);

        void WriteOptional(int field, bool isJson, IDuckDBDataWriter column)
        {
            if (field < 0 || view.FieldValue(field).SequenceEqual("null"u8))
            {
                column.WriteNull(row);
                return;
            }

            var value = view.FieldValueMemory(field);
            column.WriteValue(Encoding.UTF8.GetString(!isJson && value.Span[0] == '"' ? JsonValue.Unescape(value[1..^1]).Span : value.Span), row);
        }
    }

    private static IEnumerable<SpanRow> Spans(IReadOnlyList<string> files)
    {
        var row = new AttributeRow();
        foreach (var path in files)
        {
            using var lines = new DocumentScanner(path);
            while (lines.TryReadLine(out var line))
            {
                try
                {
                    row.Parse(line.Span);
                }
                catch (FormatException error)
                {
                    throw lines.At(error);
                }

                var id = Encoding.UTF8.GetString(row.Id);
                foreach (var name in row.Names)
                {
                    foreach (var span in row.Spans(name))
                    {
                        yield return new SpanRow(path, lines.LineNumber, id, name, span);
                    }
                }
            }
        }
    }

    private static void WriteSpan(object? item, IDuckDBDataWriter[] columns, ulong row)
    {
        var (path, line, id, name, span) = (SpanRow)item!;
        columns[0].WriteValue(id, row);
        columns[1].WriteValue(name, row);
        columns[2].WriteValue(span.Start, row);
        columns[3].WriteValue(span.End, row);
        columns[4].WriteValue(span.Score, row);
        columns[5].WriteValue(path, row);
        columns[6].WriteValue(line, row);
    }

    private static QueryResult Read(DuckDBDataReader reader)
    {
        var columns = Enumerable.Range(0, reader.FieldCount).Select(i => (reader.GetName(i), IsNumber(reader.GetFieldType(i)))).ToArray();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[columns.Length];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : Plain(reader.GetValue(i));
            }

            rows.Add(row);
        }

        return new QueryResult(columns, rows);
    }

    /// <summary>Keeps the reason of a failure, of which DuckDB would give the message only, inside its own.</summary>
    private IEnumerable Guard(IEnumerable rows)
    {
        var enumerator = rows.GetEnumerator();
        try
        {
            while (true)
            {
                try
                {
                    if (!enumerator.MoveNext())
                    {
                        yield break;
                    }
                }
                catch (DataException error)
                {
                    _failure = error;
                    throw;
                }

                yield return enumerator.Current;
            }
        }
        finally
        {
            (enumerator as IDisposable)?.Dispose();
        }
    }

    private void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private string Hint(string message) =>
        Views.FirstOrDefault(view => !_views.Contains(view) && message.Contains($"Table with name {view} does not exist", StringComparison.OrdinalIgnoreCase)) is { } missing
            ? $" Give the files of {missing}." : "";

    private static string FirstLines(string message)
    {
        // What follows the first empty line draws an arrow under the SQL.
        var end = message.IndexOf("\n\n", StringComparison.Ordinal);
        return string.Join(' ', (end < 0 ? message : message[..end]).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal || type == typeof(BigInteger);

    private static object Plain(object value) => value switch
    {
        string or bool or long or double => value,
        sbyte or byte or short or ushort or int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture),
        ulong number => number <= long.MaxValue ? (long)number : number.ToString(CultureInfo.InvariantCulture),
        BigInteger number => number >= long.MinValue && number <= long.MaxValue ? (long)number : number.ToString(CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        Stream bytes => Hex(bytes),
        IEnumerable => JsonSerializer.Serialize(value),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Hex(Stream bytes)
    {
        using var copy = new MemoryStream();
        bytes.CopyTo(copy);
        return Convert.ToHexStringLower(copy.ToArray());
    }

    private sealed record SpanRow(string Path, long Line, string Id, string Name, AttributeSpan Span);
}
