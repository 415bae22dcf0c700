using System.Buffers;

namespace OlmoSharp.Data.Filters;

/// <summary>Walks over the elements of an array or the members of an object that is known to be valid JSON, so that nothing needs to be checked.</summary>
/// <param name="json">From the opening to the closing bracket.</param>
internal ref struct JsonParts(ReadOnlySpan<byte> json)
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("[]{}\""u8);
    private static readonly SearchValues<byte> ScalarEnd = SearchValues.Create(",]} \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _json = json;
    private int _position = 1;

    /// <summary>Where a member's name stands, between its quotation marks, as written.</summary>
    public (int Start, int Length) Name { get; private set; }

    /// <summary>Where the value stands.</summary>
    public (int Start, int Length) Value { get; private set; }

    /// <summary>Goes to the next part.</summary>
    public bool MoveNext()
    {
        SkipTo(ref _position);
        if (_json[_position] is (byte)']' or (byte)'}')
        {
            return false;
        }

        if (_json[0] == '{')
        {
            var end = EndOfString(_json, _position);
            Name = (_position + 1, end - _position - 2);
            _position = end;
            SkipTo(ref _position);
        }

        var start = _position;
        _position = EndOfValue(_json, start);
        Value = (start, _position - start);
        return true;
    }

    /// <summary>Passes over space, commas and colons.</summary>
    private readonly void SkipTo(ref int position)
    {
        while (_json[position] is (byte)' ' or (byte)',' or (byte)':' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            position++;
        }
    }

    private static int EndOfValue(ReadOnlySpan<byte> json, int start)
    {
        switch (json[start])
        {
            case (byte)'"':
                return EndOfString(json, start);
            case (byte)'[' or (byte)'{':
                var depth = 0;
                var position = start;
                while (true)
                {
                    position += json[position..].IndexOfAny(Structure);
                    switch (json[position])
                    {
                        case (byte)'"':
                            position = EndOfString(json, position);
                            break;
                        case (byte)'[' or (byte)'{':
                            depth++;
                            position++;
                            break;
                        default:
                            depth--;
                            position++;
                            if (depth == 0)
                            {
                                return position;
                            }

                            break;
                    }
                }

            default:
                var length = json[start..].IndexOfAny(ScalarEnd);
                return length < 0 ? json.Length : start + length;
        }
    }

    private static int EndOfString(ReadOnlySpan<byte> json, int start)
    {
        var position = start + 1;
        while (true)
        {
            position += json[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (json[position] == '"')
            {
                return position + 1;
            }

            position += 2;
        }
    }
}
