using System.Globalization;
using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Python's <c>str.format</c>.</summary>
/// <param name="interpreter">Runs the template.</param>
/// <param name="arguments">What is put in.</param>
internal sealed class TextFormat(Interpreter interpreter, CallArguments arguments)
{
    private readonly MarkedTextBuilder _builder = new();
    private int _next;

    /// <summary>Puts arguments into a text.</summary>
    /// <exception cref="TemplateFault">A field has no end, or names what is not there.</exception>
    public MarkedText Apply(MarkedText format)
    {
        var text = format.Text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not ('{' or '}'))
            {
                var end = text.AsSpan(i).IndexOfAny('{', '}') is >= 0 and var found ? i + found : text.Length;
                _builder.Append(format.Slice(i, end));
                i = end - 1;
            }
            else if (i + 1 < text.Length && text[i + 1] == text[i])
            {
                _builder.Append(format.Slice(i, ++i));
            }
            else if (text[i] == '{' && text.IndexOf('}', i) is >= 0 and var close)
            {
                // Whoever writes the format chooses every character of the padding.
                var field = Field(text[(i + 1)..close]);
                _builder.Append(format.IsForeign ? field.AsForeign() : field);
                i = close;
            }
            else
            {
                throw new TemplateFault($"single '{text[i]}' encountered in format string");
            }
        }

        return _builder.Build();
    }

    private MarkedText Field(string field)
    {
        var (name, spec) = field.IndexOf(':') is >= 0 and var colon ? (field[..colon], field[(colon + 1)..]) : (field, "");
        var conversion = name.IndexOf('!') is >= 0 and var mark ? name[(mark + 1)..] : null;
        var value = Value(conversion is null ? name : name[..^(conversion.Length + 1)]);
        value = conversion switch
        {
            null => value,
            "s" => interpreter.Text(value),
            "r" => ValueText.Quoted(value, interpreter.Budget),
            _ => throw new TemplateFault($"unknown conversion specifier '{conversion}'"),
        };
        return spec.Length == 0 ? interpreter.Text(value) : FormatSpec.Parse(spec).Apply(value, interpreter.Budget);
    }

    private object? Value(string path)
    {
        var end = path.AsSpan().IndexOfAny('.', '[') is >= 0 and var found ? found : path.Length;
        var value = First(path[..end]);
        while (end < path.Length)
        {
            var isItem = path[end] == '[';
            var start = end + 1;
            var stop = isItem ? path.IndexOf(']', start) : path.AsSpan(start).IndexOfAny('.', '[') is >= 0 and var next ? start + next : path.Length;
            if (stop <= start)
            {
                throw new TemplateFault("empty attribute in format string");
            }

            var key = path[start..stop];
            value = isItem
                ? interpreter.Item(value, BigInteger.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : new MarkedText(key, isForeign: false))
                : interpreter.Attribute(value, key);
            end = isItem ? stop + 1 : stop;
        }

        return value;
    }

    private object? First(string name)
    {
        if (name.Length == 0 || int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            var place = name.Length == 0 ? _next++ : int.Parse(name, CultureInfo.InvariantCulture);
            return place < arguments.Positional.Count ? arguments.Positional[place] : throw new TemplateFault($"replacement index {place} out of range for positional args tuple");
        }

        foreach (var (key, value) in arguments.Named)
        {
            if (key == name)
            {
                return value;
            }
        }

        throw new TemplateFault($"format() is called without '{name}'");
    }
}
