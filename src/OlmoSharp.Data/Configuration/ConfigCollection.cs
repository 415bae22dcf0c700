using System.Collections;
using System.Reflection;

namespace OlmoSharp.Data.Configuration;

/// <summary>The lists and dictionaries that a record may have: arrays, and what <see cref="List{T}"/> and <see cref="Dictionary{TKey,TValue}"/> can stand for.</summary>
internal static class ConfigCollection
{
    /// <summary>What a list holds, or null if the type is not a list.</summary>
    public static NullabilityInfo? ItemOf(NullabilityInfo shape) =>
        shape.Type.IsArray ? shape.ElementType
        : IsList(shape.Type) ? shape.GenericTypeArguments[0]
        : null;

    /// <summary>What a dictionary with text keys holds, or null if the type is not one.</summary>
    public static NullabilityInfo? ValueOf(NullabilityInfo shape) => IsDictionary(shape.Type) ? shape.GenericTypeArguments[1] : null;

    public static bool IsList(Type type) =>
        type.IsArray || (type.IsGenericType && type.GetGenericArguments() is [var item] && type.IsAssignableFrom(typeof(List<>).MakeGenericType(item)));

    public static bool IsDictionary(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string)
        && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(key, value));

    public static object MakeList(Type type, Type item, IReadOnlyList<object?> items)
    {
        var array = Array.CreateInstance(item, items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            array.SetValue(items[i], i);
        }

        return type.IsArray ? array : Activator.CreateInstance(typeof(List<>).MakeGenericType(item), array)!;
    }

    public static object MakeDictionary(Type value, IEnumerable<(string Key, object? Value)> entries)
    {
        var dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), value))!;
        foreach (var (key, item) in entries)
        {
            dictionary.Add(key, item);
        }

        return dictionary;
    }
}
