using System.Text;

namespace OlmoSharp.Data.Shards;

/// <summary>Reads comma-separated rows with double quotes (RFC 4180), lines ending in LF or CR LF.</summary>
internal sealed class CsvRowReader(TextReader reader)
{
    private readonly StringBuilder _field = new();

    /// <summary>Reads the next row into <paramref name="fields"/>; false at the end.</summary>
    /// <exception cref="FormatException">A quoted field does not end.</exception>
    public bool Read(List<string> fields)
    {
        fields.Clear();
        if (reader.Peek() < 0)
        {
            return false;
        }

        bool quoted = false;
        while (true)
        {
            int next = reader.Read();
            if (next < 0 && quoted)
            {
                throw new FormatException("a quoted field does not end");
            }

            if (next == '"' && quoted && reader.Peek() == '"')
            {
                reader.Read();
                _field.Append('"');
            }
            else if (next == '"')
            {
                quoted = !quoted;
            }
            else if (quoted || next is not (',' or '\r' or '\n' or -1))
            {
                _field.Append((char)next);
            }
            else if (next != '\r')
            {
                fields.Add(_field.ToString());
                _field.Clear();
                if (next != ',')
                {
                    return true;
                }
            }
        }
    }
}
