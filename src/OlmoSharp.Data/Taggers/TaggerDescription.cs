namespace OlmoSharp.Data.Taggers;

/// <summary>A tagger that can be asked for by name.</summary>
public sealed record TaggerDescription
{
    private readonly Func<object?, Func<ITagger>> _load;

    private TaggerDescription(string name, string summary, Type? parameters, Func<object?, Func<ITagger>> load)
    {
        Name = name;
        Summary = summary;
        Parameters = parameters;
        _load = load;
    }

    /// <summary>The name in configs and attributes, such as <c>gopher_v1</c>.</summary>
    public string Name { get; }

    /// <summary>What it says, on one line.</summary>
    public string Summary { get; }

    /// <summary>The record of its parameters; null where it has none.</summary>
    public Type? Parameters { get; }

    /// <summary>The keys of its parameters, and whether each must be given.</summary>
    public IReadOnlyList<TaggerParameter> ParameterKeys =>
        Parameters is null ? [] : [.. Configuration.ConfigMember.Of(Parameters).Members.Select(member => new TaggerParameter(member.Name, member.IsRequired))];

    /// <summary>The thresholds that were published for what it says.</summary>
    public IReadOnlyList<TaggerThreshold> Thresholds { get; init; } = [];

    /// <summary>What decides its attributes besides name and parameters: a user's assembly has its own versions.</summary>
    internal string Version { get; init; } = "";

    /// <summary>Describes a tagger without parameters.</summary>
    /// <param name="name">The name.</param>
    /// <param name="summary">What it says, on one line.</param>
    /// <param name="make">Makes one for a thread.</param>
    public static TaggerDescription Of(string name, string summary, Func<ITagger> make) => new(name, summary, null, _ => make);

    /// <summary>Describes a tagger with parameters.</summary>
    /// <typeparam name="T">The record of the parameters, as <see cref="Configuration.ConfigReader"/> reads it; a path is marked <see cref="TaggerFileAttribute"/>.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="summary">What it says, on one line.</param>
    /// <param name="load">Loads what all threads share, such as a list, and gives what makes a tagger for a thread.</param>
    public static TaggerDescription Of<T>(string name, string summary, Func<T, Func<ITagger>> load)
        where T : class => new(name, summary, typeof(T), parameters => load((T)parameters!));

    internal static TaggerDescription Of(string name, string summary, Type? parameters, Func<object?, Func<ITagger>> load) =>
        new(name, summary, parameters, load);

    /// <summary>Loads what the tagger needs.</summary>
    /// <param name="parameters">The record of its parameters; null where it has none.</param>
    /// <returns>What makes a tagger for a thread.</returns>
    /// <exception cref="DataException">A file of the parameters cannot be read.</exception>
    internal Func<ITagger> Load(object? parameters) => _load(parameters);
}
