using System.Buffers;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Filters;

namespace OlmoSharp.Data.Mixing;

/// <summary>
/// Joins the attribute files of a document file to its documents, row by row. Of attributes of the same name the last file's counts, and any file's before
/// the document's own.
/// </summary>
internal sealed class AttributeJoin : IJsonMembers, IDisposable
{
    private readonly AttributeReader[] _readers;
    private readonly AttributeView[] _views;
    private readonly Dictionary<byte[], int> _ids = new(new Utf8Comparer());
    private readonly List<byte[]> _names = [];
    private readonly List<Entry> _entries = [];
    private readonly List<int> _present = [];

    // Rows of a file nearly always have the same names in the same places.
    private readonly List<int>[] _idAt;
    private long _row;
    private bool _hasOwn;

    /// <summary>Opens the files.</summary>
    /// <param name="paths">The attribute files.</param>
    /// <param name="names">What will be asked for.</param>
    /// <exception cref="DataException">A file cannot be opened.</exception>
    public AttributeJoin(IReadOnlyList<string> paths, FilterNames names)
    {
        foreach (var name in names.Attributes)
        {
            IdOf(name.Utf8);
        }

        _readers = new AttributeReader[paths.Count];
        _views = new AttributeView[paths.Count];
        _idAt = new List<int>[paths.Count + 1];
        _idAt[paths.Count] = [];
        try
        {
            for (var set = 0; set < paths.Count; set++)
            {
                _readers[set] = new AttributeReader(paths[set]);
                _views[set] = new AttributeView();
                _idAt[set] = [];
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the document has attributes, be they none: it does where files are joined, or where it came with its own.</summary>
    public bool HasAttributes => _readers.Length > 0 || _hasOwn;

    /// <summary>Reads the next document's rows.</summary>
    /// <exception cref="DataException">A file ends, is damaged, or its row is another document's.</exception>
    public void Read(DocumentView document)
    {
        _row++;
        _present.Clear();
        _hasOwn = false;
        if (document.FindField("attributes"u8) is >= 0 and var own && document.FieldValue(own)[0] == '{')
        {
            _hasOwn = true;
            ReadOwn(document.FieldValueMemory(own));
        }

        for (var set = 0; set < _readers.Length; set++)
        {
            var view = _views[set];
            _readers[set].Read(view, document);
            for (var i = 0; i < view.Count; i++)
            {
                if (!Set(set, i, view.Name(i), view.Value(i), view.Member(i)))
                {
                    throw _readers[set].At(new FormatException($"attribute \"{System.Text.Encoding.UTF8.GetString(view.Name(i).Span)}\" is there twice"));
                }
            }
        }
    }

    /// <summary>Checks that no row is left in any file.</summary>
    /// <exception cref="DataException">There are more rows than documents.</exception>
    public void ExpectEnd()
    {
        foreach (var reader in _readers)
        {
            reader.ExpectEnd();
        }
    }

    /// <inheritdoc/>
    public bool TryGet(JsonName name, out JsonValue value)
    {
        var id = name.Slot >= 0 ? name.Slot : _ids.GetValueOrDefault(name.Utf8, -1);
        if (id < 0 || _entries[id].Row != _row)
        {
            value = default;
            return false;
        }

        value = JsonValue.Parse(_entries[id].Value);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(ReadOnlyMemory<byte> Name, JsonValue Value)> All() =>
        [.. _present.Select(id => ((ReadOnlyMemory<byte>)_names[id], JsonValue.Parse(_entries[id].Value)))];

    /// <summary>Writes the attributes as a JSON object, each as it stands in its file.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        for (var i = 0; i < _present.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            output.Write(_entries[_present[i]].Member.Span);
        }

        output.Write("}"u8);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reader in _readers)
        {
            reader?.Dispose();
        }
    }

    private void ReadOwn(ReadOnlyMemory<byte> attributes)
    {
        var parts = new JsonParts(attributes.Span);
        for (var position = 0; parts.MoveNext(); position++)
        {
            var (name, value) = (parts.Name, parts.Value);
            Set(
                _readers.Length,
                position,
                attributes.Slice(name.Start, name.Length),
                attributes.Slice(value.Start, value.Length),
                attributes[(name.Start - 1)..(value.Start + value.Length)]);
        }
    }

    /// <summary>Takes an attribute. Returns false where the same row had it already.</summary>
    private bool Set(int set, int position, ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value, ReadOnlyMemory<byte> member)
    {
        var known = _idAt[set];
        int id;
        if (position < known.Count && name.Span.SequenceEqual(_names[known[position]]))
        {
            id = known[position];
        }
        else
        {
            id = IdOf(JsonValue.Unescape(name).Span);
            if (position < known.Count)
            {
                known[position] = id;
            }
            else
            {
                known.Add(id);
            }
        }

        var before = _entries[id];
        _entries[id] = new Entry(_row, set, value, member);
        if (before.Row != _row)
        {
            _present.Add(id);
            return true;
        }

        return before.Set != set;
    }

    private int IdOf(ReadOnlySpan<byte> name)
    {
        var lookup = _ids.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(name, out var id))
        {
            id = _names.Count;
            _names.Add(name.ToArray());
            _entries.Add(default);
            _ids.Add(_names[id], id);
        }

        return id;
    }

    private readonly record struct Entry(long Row, int Set, ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> Member);
}
