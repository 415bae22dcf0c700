using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Running;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>Python's equality: numbers by value whatever their type, true as 1, texts whatever their marks, lists and dictionaries by their elements.</summary>
internal sealed class ValueEquality : IEqualityComparer<object>
{
    public static readonly ValueEquality Instance = new();

    private const int CharactersAStep = 64;

    private static readonly object None = new();

    private ValueEquality()
    {
    }

    /// <summary>A key for dictionaries of .NET, which take no null.</summary>
    public static object Boxed(object? value) => value ?? None;

    /// <summary>Whether two values are equal.</summary>
    public static bool AreEqual(object? left, object? right)
    {
        Nesting.Check();
        return (left, right) switch
        {
            (null, null) => true,
            (null, _) or (_, null) => false,
            (MarkedText a, MarkedText b) => AreEqual(a.Text, b.Text),
            (ListValue a, ListValue b) => a.IsTuple == b.IsTuple && a.Items.Count == b.Items.Count && !a.Items.Where((item, i) => !AreEqual(item, b.Items[i])).Any(),
            (DictValue a, DictValue b) => a.Items.Count == b.Items.Count && a.Items.All(item => b.TryGet(item.Key, out var value) && AreEqual(item.Value, value)),
            (UndefinedValue, UndefinedValue) => true,
            _ when Number.Is(left) && Number.Is(right) => Number.Compare(left, right) == 0,
            _ => ReferenceEquals(left, right),
        };
    }

    private static bool AreEqual(string left, string right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        Nesting.Check(left.Length / CharactersAStep);
        return string.Equals(left, right, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public new bool Equals(object? x, object? y) => AreEqual(x, y);

    /// <inheritdoc/>
    public int GetHashCode(object obj)
    {
        Nesting.Check(obj is MarkedText counted ? 1 + counted.Text.Length / CharactersAStep : 1);
        return obj switch
        {
            MarkedText text => string.GetHashCode(text.Text, StringComparison.Ordinal),
            ListValue { IsTuple: true } tuple => tuple.Items.Aggregate(tuple.Items.Count, (hash, item) => HashCode.Combine(hash, GetHashCode(Boxed(item)))),
            ListValue => throw new TemplateFault("unhashable type: 'list'"),
            DictValue => throw new TemplateFault("unhashable type: 'dict'"),
            UndefinedValue => 1,
            bool or BigInteger or double => Number.ToDouble(obj).GetHashCode(),
            _ => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(obj),
        };
    }
}
