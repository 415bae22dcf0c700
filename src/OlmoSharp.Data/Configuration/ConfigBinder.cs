using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace OlmoSharp.Data.Configuration;

/// <summary>Makes typed records from nodes, and notes every problem on the way instead of stopping at the first.</summary>
internal sealed class ConfigBinder(List<ConfigProblem> problems)
{
    /// <summary>Makes a record. Returns null if anything about it was wrong.</summary>
    /// <param name="type">The record's type.</param>
    /// <param name="node">What was written.</param>
    /// <param name="path">The key path of the record.</param>
    /// <param name="defaults">The record that stands when nothing is written: its values stay where the node says nothing.</param>
    public object? BindRecord(Type type, ConfigNode node, string path, object? defaults)
    {
        if (node is not ConfigNode.Mapping mapping)
        {
            Add(node.Place, path, $"expected keys with values, not {node.Kind}");
            return null;
        }

        var before = problems.Count;
        var (constructor, members) = ConfigMember.Of(type);
        ReportUnknownKeys(mapping, members, path);
        var arguments = new object?[constructor?.GetParameters().Length ?? 0];
        foreach (var member in members.Where(member => member.Parameter is not null))
        {
            arguments[member.Parameter!.Position] = BindMember(member, mapping, path, defaults, out var value) ? value : member.Parameter.DefaultValue;
        }

        var instance = problems.Count == before
            ? Guard(() => constructor is null ? Activator.CreateInstance(type) : constructor.Invoke(arguments), mapping.Place, path)
            : null;
        foreach (var member in members.Where(member => member.Parameter is null))
        {
            if (BindMember(member, mapping, path, defaults, out var value, instance) && problems.Count == before)
            {
                Guard(
                    () =>
                    {
                        member.Property.SetValue(instance, value);
                        return instance;
                    },
                    mapping.Find(member.Name)?.Value.Place ?? mapping.Place,
                    ConfigPath.Key(path, member.Name));
            }
        }

        if (problems.Count == before && instance is IValidatableObject whole)
        {
            ReportInvalid(whole, members, mapping, path);
        }

        return problems.Count == before ? instance : null;
    }

    /// <summary>Finds a member's value. Returns false where none is given: the record's own default stands.</summary>
    private bool BindMember(
        ConfigMember member, ConfigNode.Mapping mapping, string path, object? defaults, out object? value, object? instance = null)
    {
        var key = ConfigPath.Key(path, member.Name);
        value = defaults is null ? null : member.Property.GetValue(defaults);
        if (mapping.Find(member.Name) is { } entry)
        {
            var before = problems.Count;
            var written = member.TakesOne && entry.Value is not ConfigNode.Sequence && !entry.Value.IsNull
                ? new ConfigNode.Sequence(entry.Value.Place, [entry.Value])
                : entry.Value;
            value = BindValue(member.Type, written, key, value ?? (instance is null ? null : member.Property.GetValue(instance)));
            if (problems.Count == before)
            {
                ReportBrokenLimits(member, value, entry.Value.Place, key);
            }

            return true;
        }

        if (defaults is null && member.IsRequired)
        {
            Add(mapping.Place, key, $"is required ({Expectation(member.Type.Type)})");
        }

        return defaults is not null;
    }

    private object? BindValue(NullabilityInfo shape, ConfigNode node, string path, object? defaults)
    {
        var type = Nullable.GetUnderlyingType(shape.Type) ?? shape.Type;
        if (type == typeof(ConfigSection) && !node.IsNull)
        {
            return new ConfigSection(node, path);
        }

        if (node.IsNull)
        {
            if (shape.ReadState != NullabilityState.Nullable)
            {
                Add(node.Place, path, $"needs a value: {Expectation(type)}{(type == typeof(string) ? " (an empty one is \"\")" : "")}");
            }

            return null;
        }

        if (ConfigScalar.Is(type))
        {
            object? value = null;
            var problem = node is ConfigNode.Scalar scalar
                ? ConfigScalar.Parse(scalar, type, out value)
                : $"expected {ConfigScalar.Expectation(type)}, not {node.Kind}";
            if (problem is not null)
            {
                Add(node.Place, path, problem);
            }

            return value;
        }

        return ConfigCollection.ItemOf(shape) is { } item ? BindList(type, item, node, path)
            : ConfigCollection.ValueOf(shape) is { } entry ? BindDictionary(entry, node, path)
            : BindRecord(type, node, path, defaults);
    }

    private object? BindList(Type type, NullabilityInfo item, ConfigNode node, string path)
    {
        if (node is not ConfigNode.Sequence sequence)
        {
            Add(node.Place, path, $"expected a list, not {node.Kind}");
            return null;
        }

        var before = problems.Count;
        var items = sequence.Items.Select((child, index) => BindValue(item, child, ConfigPath.Index(path, index), null)).ToList();
        return problems.Count == before ? ConfigCollection.MakeList(type, item.Type, items) : null;
    }

    private object? BindDictionary(NullabilityInfo entry, ConfigNode node, string path)
    {
        if (node is not ConfigNode.Mapping mapping)
        {
            Add(node.Place, path, $"expected keys with values, not {node.Kind}");
            return null;
        }

        var before = problems.Count;
        var entries = mapping.Entries.Select(child => (child.Key, BindValue(entry, child.Value, ConfigPath.Key(path, child.Key), null))).ToList();
        return problems.Count == before ? ConfigCollection.MakeDictionary(entry.Type, entries) : null;
    }

    private void ReportUnknownKeys(ConfigNode.Mapping mapping, IReadOnlyList<ConfigMember> members, string path)
    {
        var names = members.Select(member => member.Name).ToList();
        foreach (var entry in mapping.Entries.Where(entry => !names.Contains(entry.Key)))
        {
            var hint = NearestName.Find(entry.Key, names) is { } nearest ? $"did you mean '{nearest}'?" : $"known here: {string.Join(", ", names)}";
            Add(entry.Place, ConfigPath.Key(path, entry.Key), $"unknown key; {hint}");
        }
    }

    private void ReportBrokenLimits(ConfigMember member, object? value, ConfigPlace place, string path)
    {
        foreach (var limit in member.Limits.Where(limit => !IsWithin(limit, value)))
        {
            Add(place, path, limit is RangeAttribute { ErrorMessage: null } range
                ? $"must be {Describe(range)}, not {ConfigScalar.Format(value!).Text}"
                : limit.FormatErrorMessage(member.Name));
        }
    }

    private void ReportInvalid(IValidatableObject whole, IReadOnlyList<ConfigMember> members, ConfigNode.Mapping mapping, string path)
    {
        foreach (var result in whole.Validate(new ValidationContext(whole)))
        {
            var property = result.MemberNames.FirstOrDefault();
            var name = members.FirstOrDefault(member => member.Property.Name == property)?.Name;
            Add(
                (name is null ? null : mapping.Find(name)?.Value.Place) ?? mapping.Place,
                name is null ? path : ConfigPath.Key(path, name),
                result.ErrorMessage ?? "is not valid");
        }
    }

    private object? Guard(Func<object?> make, ConfigPlace place, string path)
    {
        try
        {
            return make();
        }
        catch (TargetInvocationException e) when (e.InnerException is ArgumentException argument)
        {
            Add(place, path, argument.Message);
            return null;
        }
    }

    private void Add(ConfigPlace place, string path, string message) => problems.Add(new ConfigProblem(place, path, message));

    private static bool IsWithin(ValidationAttribute limit, object? value)
    {
        if (limit is not RangeAttribute { Minimum: int or double } range || value is null)
        {
            return limit.IsValid(value);
        }

        // The attribute itself would round a real number to compare it with whole limits, and overflow on a long,
        // for which the customary int.MaxValue means no limit.
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        var low = Convert.ToDouble(range.Minimum, CultureInfo.InvariantCulture);
        var high = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture);
        return (range.MinimumIsExclusive ? number > low : number >= low)
            && (range.MaximumIsExclusive ? number < high : number <= high || range.Maximum is int.MaxValue);
    }

    private static string Describe(RangeAttribute range)
    {
        var low = range.Minimum is double.NegativeInfinity or double.MinValue or int.MinValue
            ? null
            : $"{(range.MinimumIsExclusive ? "more than" : "at least")} {ConfigScalar.Format(range.Minimum).Text}";
        var high = range.Maximum is double.PositiveInfinity or double.MaxValue or int.MaxValue
            ? null
            : $"{(range.MaximumIsExclusive ? "less than" : "at most")} {ConfigScalar.Format(range.Maximum).Text}";
        return string.Join(" and ", new[] { low, high }.OfType<string>());
    }

    private static string Expectation(Type type)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        return ConfigScalar.Is(inner) ? ConfigScalar.Expectation(inner)
            : ConfigCollection.IsList(inner) ? "a list"
            : "keys with values";
    }
}
