namespace OlmoSharp.Data.Configuration;

/// <summary>A parsed value that still knows where it was written. Nodes never change: an alias may share one.</summary>
internal abstract record ConfigNode(ConfigPlace Place)
{
    /// <summary>True for a missing value, <c>~</c> and <c>null</c>.</summary>
    public virtual bool IsNull => false;

    /// <summary>What the value is, for messages.</summary>
    public abstract string Kind { get; }

    /// <summary>A single value; <paramref name="IsPlain"/> when written without quotes.</summary>
    public sealed record Scalar(ConfigPlace Place, string Text, bool IsPlain) : ConfigNode(Place)
    {
        public override bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";

        public override string Kind => IsNull ? "nothing" : $"'{Text}'";
    }

    /// <summary>A list of values.</summary>
    public sealed record Sequence(ConfigPlace Place, IReadOnlyList<ConfigNode> Items) : ConfigNode(Place)
    {
        public override string Kind => "a list";
    }

    /// <summary>Keys with values, in the order written.</summary>
    public sealed record Mapping(ConfigPlace Place, IReadOnlyList<Entry> Entries) : ConfigNode(Place)
    {
        public override string Kind => "a mapping";

        public Entry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key == key);
    }

    /// <summary>One key of a mapping and where the key was written.</summary>
    public sealed record Entry(string Key, ConfigPlace Place, ConfigNode Value);
}
