using System.Globalization;

namespace OlmoSharp.Models.Gguf;

/// <summary>The key-value pairs of a GGUF file, with errors that name file and key.</summary>
public sealed class GgufMetadata
{
    private readonly string _path;
    private readonly Dictionary<string, object> _values;

    internal GgufMetadata(string path, Dictionary<string, object> values) => (_path, _values) = (path, values);

    /// <summary>The values by key, in file order: numbers, truth values, text, or arrays of these.</summary>
    public IReadOnlyDictionary<string, object> Values => _values;

    /// <summary>A whole number of any width.</summary>
    /// <exception cref="ModelException">It is missing without a default, no whole number, or beyond 32 bits.</exception>
    public int Integer(string key, int? otherwise = null)
    {
        if (!_values.TryGetValue(key, out var value))
        {
            return otherwise ?? throw Missing(key);
        }

        var number = value switch
        {
            byte or sbyte or ushort or short or uint or int or long => Convert.ToInt64(value, CultureInfo.InvariantCulture),
            ulong large => large <= int.MaxValue ? (long)large : long.MaxValue,
            _ => throw Wrong(key, "a whole number"),
        };
        return number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Wrong(key, "a whole number of 32 bits");
    }

    /// <summary>A real number. A float32 is given as the shortest decimal that it stands for, so that 1e-6 comes back as 1e-6.</summary>
    /// <exception cref="ModelException">It is missing without a default or not a real number.</exception>
    public double Number(string key, double? otherwise = null)
        => !_values.TryGetValue(key, out var value) ? otherwise ?? throw Missing(key)
            : value switch
            {
                float single => double.Parse(single.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
                double real => real,
                _ => throw Wrong(key, "a real number"),
            };

    /// <summary>A truth value.</summary>
    /// <exception cref="ModelException">It is not a truth value.</exception>
    public bool Flag(string key, bool otherwise)
        => !_values.TryGetValue(key, out var value) ? otherwise : value as bool? ?? throw Wrong(key, "true or false");

    /// <summary>Text.</summary>
    /// <exception cref="ModelException">It is missing without a default or not text.</exception>
    public string Text(string key, string? otherwise = null)
        => !_values.TryGetValue(key, out var value) ? otherwise ?? throw Missing(key) : value as string ?? throw Wrong(key, "text");

    /// <summary>A list.</summary>
    /// <exception cref="ModelException">It is missing or no list of that type.</exception>
    public T[] List<T>(string key)
        => !_values.TryGetValue(key, out var value) ? throw Missing(key) : value as T[] ?? throw Wrong(key, $"a list of {typeof(T).Name}");

    /// <summary>An error about a key.</summary>
    internal ModelException Wrong(string key, string expected)
        => new($"{_path}: '{key}' is {(_values.TryGetValue(key, out var value) ? Show(value) : "missing")}, but must be {expected}");

    private ModelException Missing(string key) => new($"{_path}: '{key}' is missing");

    private static string Show(object value) => value is Array list
        ? $"a list of {list.Length} values"
        : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
