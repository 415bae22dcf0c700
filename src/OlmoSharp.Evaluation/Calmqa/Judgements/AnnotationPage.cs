using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Calmqa.Dataset;

namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>
/// A page on which people rate pairs of answers without knowing whose they are: one file that needs nothing else. Which answer is first, and the order of the pairs, are random and the same for
/// the same seed.
/// </summary>
public sealed class AnnotationPage
{
    private const string DataMark = "{{data}}";
    private readonly List<(AnnotationItem Item, string Question, string First, string Second)> _pairs = [];
    private readonly string _name;

    /// <summary>Makes the pairs: of every question, each pair of models that both answer it.</summary>
    /// <param name="files">The files with answers.</param>
    /// <param name="models">The models to compare, at least two.</param>
    /// <param name="seed">What the order depends on.</param>
    /// <param name="mostQuestions">The most questions of a file, chosen at random; null: all.</param>
    /// <exception cref="EvaluationException">A model answers nothing, or there is no pair.</exception>
    public AnnotationPage(IReadOnlyList<CalmqaFile> files, IReadOnlyList<string> models, long seed, int? mostQuestions = null)
    {
        var known = files.SelectMany(file => file.Entries).SelectMany(entry => entry.Answers).Select(answer => answer.Model).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (models.FirstOrDefault(model => !known.Contains(model)) is { } missing)
        {
            throw new EvaluationException($"there is no answer of {missing}; the files have answers of {string.Join(", ", known)}");
        }

        if (models.Distinct().Count() < 2)
        {
            throw new EvaluationException("a comparison needs at least two different models");
        }

        var random = new SeededOrder(seed);
        foreach (var file in files)
        {
            foreach (var entry in random.Shuffled(file.Entries).Take(mostQuestions ?? int.MaxValue))
            {
                Add(entry, [.. models.Distinct()], random);
            }
        }

        _pairs = [.. random.Shuffled(_pairs)];
        if (_pairs.Count == 0)
        {
            throw new EvaluationException($"no question is answered by two of {string.Join(", ", models)}");
        }

        for (var i = 0; i < _pairs.Count; i++)
        {
            _pairs[i] = _pairs[i] with { Item = _pairs[i].Item with { Item = (i + 1).ToString(CultureInfo.InvariantCulture) } };
        }

        var all = JsonSerializer.SerializeToUtf8Bytes(_pairs.Select(pair => new[] { pair.Question, pair.First, pair.Second }).Append([seed.ToString(CultureInfo.InvariantCulture)]));
        _name = Convert.ToHexStringLower(SHA256.HashData(all))[..16];
    }

    /// <summary>Which models the answers are of.</summary>
    public AnnotationKey Key => new() { Page = _name, Items = [.. _pairs.Select(pair => pair.Item)] };

    /// <summary>Writes the page whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    public void Write(string path) => AtomicFile.WriteAllText(path, Html());

    /// <summary>The page.</summary>
    internal string Html()
    {
        using var stream = typeof(AnnotationPage).Assembly.GetManifestResourceStream("annotation.html")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        // The default encoder escapes < and &, so that no answer can end the script element.
        var data = JsonSerializer.Serialize(new
        {
            page = _name,
            items = _pairs.Select(pair => new { id = pair.Item.Item, language = pair.Item.Language, question = pair.Question, first = pair.First, second = pair.Second }),
        });
        return reader.ReadToEnd().Replace(DataMark, data, StringComparison.Ordinal);
    }

    private void Add(CalmqaEntry entry, string[] models, SeededOrder random)
    {
        for (var i = 0; i < models.Length; i++)
        {
            for (var j = i + 1; j < models.Length; j++)
            {
                CalmqaAnswer?[] answers = [.. random.Shuffled([models[i], models[j]]).Select(model => entry.Answers.FirstOrDefault(answer => answer.Model == model))];
                if (answers is [{ } first, { } second] && first.Language == second.Language)
                {
                    var question = entry.Question;
                    var text = question.Translations.GetValueOrDefault(first.Language) ?? question.Translations[question.Language];
                    _pairs.Add((new("", question.Name, first.Language, question.Category, question.IsCultural, first.Model, second.Model), text.Text, first.Text, second.Text));
                }
            }
        }
    }
}
