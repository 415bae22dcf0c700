using System.Globalization;
using System.Text.Json.Nodes;

namespace OlmoSharp.Data.Tests.Mixing;

/// <summary>A random condition on attributes, which can be written in both languages and evaluated without either.</summary>
internal sealed record RandomCondition(string JsonPath, string Jq, Func<JsonObject, bool> Holds)
{
    public static RandomCondition Make(Random random, IReadOnlyList<string> attributes, int depth = 3)
    {
        if (depth > 0 && random.Next(3) > 0)
        {
            var (one, other) = (Make(random, attributes, depth - 1), Make(random, attributes, depth - 1));
            return random.Next(3) switch
            {
                0 => new($"({one.JsonPath} && {other.JsonPath})", $"({one.Jq} and {other.Jq})", document => one.Holds(document) && other.Holds(document)),
                1 => new($"({one.JsonPath} || {other.JsonPath})", $"({one.Jq} or {other.Jq})", document => one.Holds(document) || other.Holds(document)),
                _ => new($"!({one.JsonPath})", $"({one.Jq} | not)", document => !one.Holds(document)),
            };
        }

        var name = attributes[random.Next(attributes.Count)];
        var (index, column) = (random.Next(3), random.Next(3));
        var number = Math.Round(random.NextDouble() * (column == 2 ? 1 : 20), 1);
        var (sign, compare) = random.Next(5) switch
        {
            0 => ("<", (Func<double, bool>)(value => value < number)),
            1 => ("<=", value => value <= number),
            2 => (">", value => value > number),
            3 => (">=", value => value >= number),
            _ => ("==", value => value == number),
        };
        var text = number.ToString(CultureInfo.InvariantCulture);
        return random.Next(4) switch
        {
            0 => new($"@.{name}", $"(.attributes | has(\"{name}\"))", document => document["attributes"]?[name] is not null),
            1 => new($"@.{name}.length() {sign} {text}", $"(.attributes.{name} != null and (.attributes.{name} | length) {sign} {text})", document => document["attributes"]?[name] is JsonArray spans && compare(spans.Count)),
            _ => new(
                $"@.{name} && @.{name}[{index}] && @.{name}[{index}][{column}] {sign} {text}",
                $"(.attributes.{name} | length > {index} and .[{index}][{column}] {sign} {text})",
                document => document["attributes"]?[name] is JsonArray spans && spans.Count > index && compare((double)spans[index]![column]!)),
        };
    }
}
