using System.Text;
using DuckDB.NET.Data;

namespace OlmoSharp.Data.Documents;

/// <summary>
/// The rows of a Parquet file as the JSON lines that they would be. Those of documents have the columns <c>id</c>, <c>text</c>, <c>source</c> and, where they are there, <c>added</c>, <c>created</c>,
/// <c>version</c>, <c>metadata</c> and <c>attributes</c>, the last two as structs, maps or JSON texts. Other columns are left out. Row n is line n.
/// </summary>
internal sealed class ParquetLines : Stream
{
    private static readonly string[] Texts = ["id", "text", "source", "added", "created", "version"];
    private static readonly string[] Objects = ["metadata", "attributes"];

    private readonly DuckDBConnection _connection = new("DataSource=:memory:");
    private readonly DuckDBDataReader _rows;
    private byte[] _line = [];
    private int _done;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isDocuments">Whether it has to be one of documents; else it may have any columns, and all are in the lines.</param>
    /// <exception cref="InvalidDataException">It is no Parquet file, or lacks a column.</exception>
    public ParquetLines(string path, bool isDocuments = true)
    {
        try
        {
            _connection.Open();

            var table = isDocuments ? ParquetTable.Open(_connection, path) : ParquetTable.OpenAny(_connection, path);

            // One thread, because shards are what runs at the same time, and the order of rows is the file's.
            using var settings = Command("SET threads = 1; SET preserve_insertion_order = true");
            settings.ExecuteNonQuery();
            var row = isDocuments ? $"struct_pack({string.Join(", ", Members(table))})" : "rows";
            using var select = Command($"SELECT to_json({row})::VARCHAR FROM read_parquet({table.Literal}) AS rows");
            select.UseStreamingMode = true;
            _rows = select.ExecuteReader();
        }
        catch (DuckDBException error)
        {
            _connection.Dispose();
            throw ParquetTable.Damage(error);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_done == _line.Length && !Next())
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, _line.Length - _done);
        _line.AsSpan(_done, count).CopyTo(buffer);
        _done += count;
        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rows.Dispose();
            _connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private static IEnumerable<string> Members(ParquetTable table) =>
        Texts.Where(table.Types.ContainsKey).Select(name => $"{name} := {name}::VARCHAR")
            .Concat(Objects.Where(table.Types.ContainsKey).Select(name => $"{name} := {table.Json(name)}"));

    private bool Next()
    {
        try
        {
            if (!_rows.Read())
            {
                return false;
            }
        }
        catch (DuckDBException error)
        {
            throw ParquetTable.Damage(error);
        }

        (_line, _done) = (Encoding.UTF8.GetBytes(_rows.GetString(0) + "\n"), 0);
        return true;
    }

    private DuckDBCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
