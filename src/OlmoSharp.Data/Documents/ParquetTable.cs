using DuckDB.NET.Data;

namespace OlmoSharp.Data.Documents;

/// <summary>A Parquet file as DuckDB's SQL sees it.</summary>
/// <param name="Literal">Its path as a text of SQL.</param>
/// <param name="Types">The types of its columns, by their names.</param>
internal sealed record ParquetTable(string Literal, IReadOnlyDictionary<string, string> Types)
{
    private static readonly string[] Required = ["id", "text", "source"];

    /// <summary>Looks at a file of documents.</summary>
    /// <param name="connection">An open connection, which from now on fetches no extension.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no Parquet file, lacks a column, or has a name that DuckDB would read as a pattern.</exception>
    public static ParquetTable Open(DuckDBConnection connection, string path)
    {
        var table = OpenAny(connection, path);
        return Required.FirstOrDefault(name => !table.Types.ContainsKey(name)) is { } missing
            ? throw new InvalidDataException($"it has no column \"{missing}\"; a file of documents has \"id\", \"text\" and \"source\"")
            : table;
    }

    /// <summary>Looks at a file with any columns.</summary>
    /// <param name="connection">An open connection, which from now on fetches no extension.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no Parquet file, or has a name that DuckDB would read as a pattern.</exception>
    public static ParquetTable OpenAny(DuckDBConnection connection, string path)
    {
        if (path.AsSpan().ContainsAny("*?["))
        {
            throw new InvalidDataException("its name has *, ? or [ in it; rename it");
        }

        var literal = $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SET autoinstall_known_extensions = false; SET autoload_known_extensions = false; DESCRIBE SELECT * FROM read_parquet({literal})";
            using var reader = command.ExecuteReader();
            do
            {
                while (reader.Read())
                {
                    types[reader.GetString(0)] = reader.GetString(1);
                }
            }
            while (reader.NextResult());
        }
        catch (DuckDBException error)
        {
            throw Damage(error);
        }

        return new ParquetTable(literal, types);
    }

    /// <summary>A column's expression in JSON: a text is JSON already.</summary>
    public string Json(string column) => Types[column] == "VARCHAR" ? $"{column}::JSON" : $"to_json({column})";

    /// <summary>What DuckDB says, in one line.</summary>
    public static InvalidDataException Damage(DuckDBException error) =>
        new(string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.'), error);
}
