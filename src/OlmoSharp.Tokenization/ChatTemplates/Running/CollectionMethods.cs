using System.Numerics;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>The methods of dictionaries and lists that change nothing; the others are refused, as in the sandbox that transformers runs templates in.</summary>
internal static class CollectionMethods
{
    private static readonly HashSet<string> Changing = ["append", "clear", "pop", "popitem", "setdefault", "update", "insert", "remove", "reverse", "sort", "extend"];

    /// <summary>A method of a dictionary; null where there is none of the name.</summary>
    public static CallableValue? Find(Interpreter run, DictValue dict, string name) => name switch
    {
        "get" => new(name, arguments =>
        {
            var bound = arguments.Bind(name, 1, "key", "default");
            return dict.TryGet(bound[0], out var value) ? value : bound[1];
        }),
        "items" => Views(run, dict, name, item => new ListValue([item.Key, item.Value], isTuple: true)),
        "keys" => Views(run, dict, name, item => item.Key),
        "values" => Views(run, dict, name, item => item.Value),
        "copy" => new(name, _ => dict),
        "append" or "insert" or "remove" or "reverse" or "sort" or "extend" => null,
        _ => Refused(name, "dict"),
    };

    /// <summary>A method of a list or tuple; null where there is none of the name.</summary>
    public static CallableValue? Find(ListValue list, string name) => name switch
    {
        "index" => new(name, arguments =>
        {
            var sought = arguments.Bind(name, 1, "value")[0];
            var place = list.Items.Index().FirstOrDefault(item => ValueEquality.AreEqual(item.Item, sought), (-1, null)).Index;
            return place < 0 ? throw new TemplateFault("the value is not in the list") : (BigInteger)place;
        }),
        "count" => new(name, arguments =>
        {
            var sought = arguments.Bind(name, 1, "value")[0];
            return (BigInteger)list.Items.Count(item => ValueEquality.AreEqual(item, sought));
        }),
        "copy" when !list.IsTuple => new(name, _ => list),
        "popitem" or "setdefault" or "update" => null,
        _ => list.IsTuple ? null : Refused(name, "list"),
    };

    private static CallableValue Views(Interpreter run, DictValue dict, string name, Func<KeyValuePair<object?, object?>, object?> view) => new(name, arguments =>
    {
        arguments.Bind(name, 0);
        run.Budget.Spend(dict.Items.Count);
        return new ListValue([.. dict.Items.Select(view)]);
    });

    private static CallableValue? Refused(string name, string type) => Changing.Contains(name)
        ? new(name, _ => throw new TemplateFault($"access to attribute '{name}' of '{type}' object is unsafe: templates cannot change values; add lists instead"))
        : null;
}
