using System.Globalization;
using System.Text;
using System.Text.Json;

namespace OlmoSharp.Fuzzing;

/// <summary>Damages to JSON that leave it JSON, or nearly so: what a file of another version, a faulty writer or an attacker would have.</summary>
internal static class JsonMutation
{
    private const int Kinds = 9;

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-0", "-1", "1", "2", "3", "1.5", "1e1", "1e308", "-1e308", "1e999", "1e-999", "NaN", "Infinity", "-Infinity",
        "2147483647", "2147483648", "-2147483648", "4294967296", "1152921504606846976", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "99999999999999999999999999", "1000000000", "100000", "\"\"", "\"x\"", "\"0\"", "\"NaN\"", "\"\\ud800\"", "\"\\u0000\"", "\"../../etc/passwd\"", "\"a b c\"",
        "\"\uFFFD\"", "[]", "{}", "[[]]", "[null]", "{\"type\":null}", "{\"type\":\"Sequence\"}", "[1,2,3]", "[-1]", "[0,1152921504606846976]",
    ];

    private static readonly int[] Depths = [63, 64, 65, 1_000, 100_000];

    /// <summary>The file with a damage; one to its bytes where it is no longer JSON.</summary>
    public static byte[] Apply(byte[] json, Mutation mutation)
    {
        var kind = mutation.Kind % Kinds;
        if (kind == 0 || Parse(json) is not { } root)
        {
            return ByteMutation.Apply(json, mutation with { Kind = mutation.Kind / Kinds });
        }

        var random = new Random((int)mutation.Place);
        var node = Walk(root, random);
        var value = (int)(mutation.Value % int.MaxValue);
        switch (kind)
        {
            case 1 or 2:
                return Replace(json, node, Encoding.UTF8.GetBytes(Values[value % Values.Length]));
            case 3:
                var depth = Depths[value % Depths.Length];
                return Replace(json, node, Encoding.UTF8.GetBytes(value % 2 == 0
                    ? new string('[', depth) + new string(']', depth)
                    : string.Concat(Enumerable.Repeat("{\"type\":", depth)) + "1" + new string('}', depth)));
            case 4:
                return Replace(json, node, json[Walk(root, new Random(value)).Range]);
            case 5:
                return Replace(json, node, Nudge(json[node.Range], value));
            case 6 when node.Parent is not null:
                // A member or an element once more.
                return [.. json[..node.End], (byte)',', .. json[node.EntryStart..node.End], .. json[node.End..]];
            case 7 when node.Parent is { } parent:
                return Remove(json, node, parent);
            case 8 when node.EntryStart < node.Start && Walk(root, new Random(value)) is { } other && other.EntryStart < other.Start:
                // Under another member's name.
                return [.. json[..node.EntryStart], .. json[other.EntryStart..other.Start], .. json[node.Start..]];
            default:
                return Replace(json, node, "null"u8.ToArray());
        }
    }

    private static byte[] Replace(byte[] json, Node node, byte[] value) => [.. json[..node.Start], .. value, .. json[node.End..]];

    private static byte[] Remove(byte[] json, Node node, Node parent)
    {
        var index = parent.Children.IndexOf(node);
        return index > 0 ? [.. json[..parent.Children[index - 1].End], .. json[node.End..]]
            : parent.Children.Count > 1 ? [.. json[..node.EntryStart], .. json[parent.Children[1].EntryStart..]]
            : [.. json[..node.EntryStart], .. json[node.End..]];
    }

    private static byte[] Nudge(byte[] text, int value)
    {
        if (!double.TryParse(text, CultureInfo.InvariantCulture, out var number))
        {
            return text.Length > 2 && text[0] == '"' ? [.. text[..(1 + value % (text.Length - 1))], .. text[^1..]] : "7"u8.ToArray();
        }

        double[] nudged = [number + 1, number - 1, -number, number * 2, number / 2, number + 0.5, number * 1e300, number * 1_000];
        return Encoding.UTF8.GetBytes(nudged[value % nudged.Length].ToString("R", CultureInfo.InvariantCulture));
    }

    /// <summary>A value: each level is as likely as another, so that a thousand tokens do not hide the few settings.</summary>
    private static Node Walk(Node root, Random random)
    {
        var node = root;
        while (node.Children.Count > 0 && (node.Parent is null || random.Next(5) > 0))
        {
            node = node.Children[random.Next(node.Children.Count)];
        }

        return node;
    }

    private static Node? Parse(byte[] json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1 << 20 });
        Node? root = null, container = null;
        var nameStart = -1;
        try
        {
            while (reader.Read())
            {
                var (start, end) = ((int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        nameStart = start;
                        continue;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        container!.End = end;
                        container = container.Parent;
                        continue;
                }

                var node = new Node(container, nameStart < 0 ? start : nameStart, start) { End = end };
                nameStart = -1;
                root ??= node;
                container?.Children.Add(node);
                container = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? node : container;
            }

            return root;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Node(Node? Parent, int EntryStart, int Start)
    {
        public int End { get; set; }

        public List<Node> Children { get; } = [];

        public Range Range => Start..End;
    }
}
