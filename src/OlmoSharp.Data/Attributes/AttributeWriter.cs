using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Attributes;

/// <summary>Writes the rows of an attribute file: <c>{"id":…,"attributes":{"NAME":[[start,end,score],…]},"source":…}</c>, one for each document, in their order.</summary>
/// <param name="output">The open file; stays open.</param>
public sealed class AttributeWriter(Stream output) : IDisposable
{
    private const int LongestNumber = 32;
    private const double Digits = 100_000;

    // What a string may hold without a look at the encoder.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%&'()*+,-./:;<=>?@[]^_`{|}~"u8);

    private byte[] _row = ArrayPool<byte>.Shared.Rent(1 << 14);
    private int _length;
    private bool _isFirst;

    /// <summary>Starts the row of a document.</summary>
    public void BeginRow(DocumentView document)
    {
        _length = 0;
        _isFirst = true;
        Append("{\"id\":"u8);
        AppendString(document.Id);
        Append(",\"attributes\":{"u8);
    }

    /// <summary>Writes an attribute of the row.</summary>
    /// <param name="name">Its whole name.</param>
    /// <param name="spans">Its spans, in code points.</param>
    /// <exception cref="ArgumentException">A score is no number.</exception>
    public void Write(JsonEncodedText name, ReadOnlySpan<AttributeSpan> spans)
    {
        Append(_isFirst ? "\""u8 : ",\""u8);
        _isFirst = false;
        Append(name.EncodedUtf8Bytes);
        Append("\":["u8);
        for (var i = 0; i < spans.Length; i++)
        {
            Reserve(3 * LongestNumber + 8);
            _row[_length++] = (byte)(i == 0 ? '[' : ',');
            if (i > 0)
            {
                _row[_length++] = (byte)'[';
            }

            AppendNumber(spans[i].Start);
            _row[_length++] = (byte)',';
            AppendNumber(spans[i].End);
            _row[_length++] = (byte)',';
            AppendScore(spans[i].Score);
            _row[_length++] = (byte)']';
        }

        Append("]"u8);
    }

    /// <summary>Ends the row.</summary>
    /// <param name="document">The document of <see cref="BeginRow"/>.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void EndRow(DocumentView document)
    {
        Append("},\"source\":"u8);
        AppendString(document.Source);
        Append("}\n"u8);
        output.Write(_row, 0, _length);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_row.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_row);
            _row = [];
        }
    }

    private void AppendString(ReadOnlySpan<byte> utf8)
    {
        Append("\""u8);
        Append(utf8.ContainsAnyExcept(Plain) ? JsonEncodedText.Encode(utf8, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes : utf8);
        Append("\""u8);
    }

    /// <summary>Nearly every score has at most five decimals (see <see cref="Taggers.TagSpans"/>), which a whole number holds.</summary>
    private void AppendScore(double score)
    {
        if (!double.IsFinite(score))
        {
            throw new ArgumentException($"{score} is no score", nameof(score));
        }

        if (Math.Abs(score) > 1e9 || Math.Round(score * Digits) is var scaled && scaled / Digits != score)
        {
            Utf8Formatter.TryFormat(score, _row.AsSpan(_length), out var length);
            _length += length;
            return;
        }

        var whole = (long)Math.Abs(scaled);
        if (scaled < 0)
        {
            _row[_length++] = (byte)'-';
        }

        AppendNumber(whole / (long)Digits);
        var fraction = whole % (long)Digits;
        if (fraction > 0)
        {
            _row[_length++] = (byte)'.';
            for (var unit = (long)Digits / 10; fraction > 0; unit /= 10)
            {
                _row[_length++] = (byte)('0' + fraction / unit);
                fraction %= unit;
            }
        }
    }

    private void AppendNumber(long value)
    {
        Utf8Formatter.TryFormat(value, _row.AsSpan(_length), out var length);
        _length += length;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_row.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int bytes)
    {
        if (_row.Length - _length >= bytes)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes, (int)Math.Min(2L * _row.Length, Array.MaxLength)));
        _row.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_row);
        _row = larger;
    }
}
