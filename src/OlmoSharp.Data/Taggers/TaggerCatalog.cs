using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Taggers.Classification;
using OlmoSharp.Data.Taggers.Code;
using OlmoSharp.Data.Taggers.Length;
using OlmoSharp.Data.Taggers.Licenses;
using OlmoSharp.Data.Taggers.Pii;
using OlmoSharp.Data.Taggers.Quality;
using OlmoSharp.Data.Taggers.Repetitions;
using OlmoSharp.Data.Taggers.Sampling;
using OlmoSharp.Data.Taggers.Secrets;
using OlmoSharp.Data.Taggers.Urls;

namespace OlmoSharp.Data.Taggers;

/// <summary>The taggers there are, by name. Each family adds its own in a file of its own.</summary>
public sealed class TaggerCatalog
{
    private readonly SortedDictionary<string, TaggerDescription> _taggers = new(StringComparer.Ordinal);

    /// <summary>The catalog of the taggers that come with this library.</summary>
    public TaggerCatalog() => Add(
    [
        .. ClassifierTaggers.All,
        .. CodeTaggers.All,
        .. LengthTaggers.All,
        .. LicenseTaggers.All,
        .. PiiTaggers.All,
        .. QualityTaggers.All,
        .. RepetitionTaggers.All,
        .. SamplingTaggers.All,
        .. SecretTaggers.All,
        .. UrlTaggers.All,
    ]);

    /// <summary>All taggers, in ordinal order of their names.</summary>
    public IReadOnlyCollection<TaggerDescription> All => _taggers.Values;

    /// <summary>Adds taggers.</summary>
    /// <exception cref="DataException">A name is taken.</exception>
    public void Add(params IEnumerable<TaggerDescription> taggers)
    {
        foreach (var tagger in taggers)
        {
            if (!_taggers.TryAdd(tagger.Name, tagger))
            {
                throw new DataException($"tagger {tagger.Name}: there are two taggers of this name. Rename one.");
            }
        }
    }

    /// <summary>Finds a tagger.</summary>
    /// <exception cref="DataException">There is none of that name.</exception>
    public TaggerDescription Find(string name) => _taggers.TryGetValue(name, out var tagger)
        ? tagger
        : throw new DataException(
            $"tagger {name}: there is none of this name{(NearestName.Find(name, _taggers.Keys) is { } nearest ? $"; did you mean {nearest}?" : ".")} List them with olmo data taggers.");

    /// <summary>Makes a tagger ready to run, without parameters of its own.</summary>
    /// <exception cref="DataException">There is none of that name, or it cannot be loaded.</exception>
    /// <exception cref="ConfigException">It needs parameters.</exception>
    public ConfiguredTagger Configure(string name)
    {
        var tagger = Find(name);
        return new ConfiguredTagger(tagger, null, tagger.Parameters is { } type ? ConfigSection.Empty($"tagger {name}").Bind(type) : null);
    }

    /// <summary>Makes a tagger ready to run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parameters">The record of its parameters.</param>
    /// <exception cref="DataException">There is none of that name, or it cannot be loaded.</exception>
    public ConfiguredTagger Configure(string name, object parameters) => new(Find(name), null, parameters);

    /// <summary>
    /// Makes a tagger of a config ready to run: its name, or a mapping with <c>name</c>, its parameters, and, if it should go by another name in
    /// attributes, <c>as</c>.
    /// </summary>
    /// <exception cref="DataException">There is none of that name, or it cannot be loaded.</exception>
    /// <exception cref="ConfigException">The parameters are not the tagger's.</exception>
    public ConfiguredTagger Configure(ConfigSection section)
    {
        if (section.Text is { } alone)
        {
            var plain = Find(alone);
            return plain.Parameters is null ? new ConfiguredTagger(plain, null, null) : Configure(alone);
        }

        var parameters = section.Take("name", out var name).Take("as", out var other);
        var tagger = Find(name ?? throw section.Problem("a tagger needs its name: write NAME, or {name: NAME, PARAMETER: VALUE}"));
        return tagger.Parameters is { } type ? new ConfiguredTagger(tagger, other, parameters.Bind(type))
            : parameters.Keys.FirstOrDefault() is { } key ? throw section.Problem($"tagger {name} has no parameters, so no {key}; remove it")
            : new ConfiguredTagger(tagger, other, null);
    }
}
