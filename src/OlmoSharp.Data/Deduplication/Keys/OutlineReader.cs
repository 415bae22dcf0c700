namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>Reads what <see cref="KeyWriter"/> notes of documents and paragraphs, in their order.</summary>
internal sealed class OutlineReader(string path) : IDisposable
{
    private readonly IntermediateFile _file = new(path);
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _position;
    private int _length;
    private long _read;

    public KeyKind Kind() => (KeyKind)Next();

    /// <summary>How many keys of the kind follow.</summary>
    public int Count(KeyKind kind)
    {
        if (kind is not (KeyKind.NGrams or KeyKind.NGramAndWhole or KeyKind.Bands))
        {
            return kind == KeyKind.Whole ? 1 : 0;
        }

        var (count, shift, part) = (0, 0, 0x80);
        for (; part >= 0x80; shift += 7)
        {
            part = Next();
            count |= (part & 0x7F) << shift;
        }

        return count;
    }

    /// <summary>The cell of the next key.</summary>
    public int Cell() => Next();

    /// <summary>Whether all was read.</summary>
    public bool IsAtEnd => _position == _length && !Fill();

    public void Dispose() => _file.Dispose();

    private byte Next() => _position < _length || Fill() ? _buffer[_position++] : throw _file.Broken("it ends too early");

    private bool Fill()
    {
        (_position, _length) = (0, _file.ReadSome(_buffer, _read));
        _read += _length;
        return _length > 0;
    }
}
