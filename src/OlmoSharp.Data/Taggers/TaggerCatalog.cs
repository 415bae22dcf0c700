using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Data.Taggers;

/// <summary>The taggers there are, by name.</summary>
public sealed class TaggerCatalog
{
    private readonly SortedDictionary<string, TaggerDescription> _taggers = new(StringComparer.Ordinal);

    /// <summary>The catalog of the taggers that come with this library.</summary>
    public TaggerCatalog()
    {
        Add(new("char_length_v1", "characters (code points) of the document", () => new CharLengthTagger()));
    }

    /// <summary>All taggers, in ordinal order of their names.</summary>
    public IReadOnlyCollection<TaggerDescription> All => _taggers.Values;

    /// <summary>Adds a tagger.</summary>
    /// <exception cref="DataException">The name is taken.</exception>
    public void Add(TaggerDescription tagger)
    {
        if (!_taggers.TryAdd(tagger.Name, tagger))
        {
            throw new DataException($"tagger {tagger.Name}: there are two taggers of this name. Rename one.");
        }
    }

    /// <summary>Finds a tagger.</summary>
    /// <exception cref="DataException">There is none of that name.</exception>
    public TaggerDescription Find(string name) => _taggers.TryGetValue(name, out var tagger)
        ? tagger
        : throw new DataException(
            $"tagger {name}: there is none of this name{(NearestName.Find(name, _taggers.Keys) is { } nearest ? $"; did you mean {nearest}?" : ".")} List them with olmo data taggers.");
}
