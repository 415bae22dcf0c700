namespace OlmoSharp.Data.Texts;

/// <summary>A text in UTF-8 with room after its end, so that vectors may be read from any of its bytes. Its buffer is used again and again.</summary>
public sealed class PaddedText
{
    /// <summary>Bytes that may be read after the text's end; what they hold is not defined.</summary>
    public const int Padding = 64;

    private byte[] _buffer = new byte[1 << 12];

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    /// <summary>The text.</summary>
    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    /// <summary>The text and <see cref="Padding"/> more bytes.</summary>
    public ReadOnlySpan<byte> Padded => _buffer.AsSpan(0, Length + Padding);

    /// <summary>Bytes of the text.</summary>
    public int Length { get; private set; }

    /// <summary>Takes a text.</summary>
    /// <param name="utf8">Valid UTF-8; is copied.</param>
    public void Set(ReadOnlySpan<byte> utf8)
    {
        if (_buffer.Length < utf8.Length + Padding)
        {
            _buffer = new byte[Math.Max(utf8.Length + Padding, (int)Math.Min(2L * _buffer.Length, Array.MaxLength))];
        }

        utf8.CopyTo(_buffer);
        Length = utf8.Length;
    }
}
