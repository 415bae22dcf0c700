using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.MixedModels;

namespace OlmoSharp.Evaluation.Calmqa.Judgements;

/// <summary>What annotators say, unblinded: agreement, means, wins, and what the quality depends on.</summary>
public sealed record JudgementReport
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter<AgreementScale>(JsonNamingPolicy.SnakeCaseLower) },
        Encoder = PlainJsonEncoder.Instance,
    };

    /// <summary>The annotators.</summary>
    public required IReadOnlyList<string> Annotators { get; init; }

    /// <summary>How many pairs they rated, each annotator's counted.</summary>
    public required int Pairs { get; init; }

    /// <summary>Agreement by aspect.</summary>
    public required IReadOnlyList<AspectAgreement> Agreement { get; init; }

    /// <summary>Means by model and kind of question.</summary>
    public required IReadOnlyList<ModelRatings> Models { get; init; }

    /// <summary>Preferences by pair of models, both ways.</summary>
    public required IReadOnlyList<PairWins> Wins { get; init; }

    /// <summary>The overall quality as a linear mixed-effects model, with question and annotator as random effects; null where there is too little to fit.</summary>
    public required MixedModelFit? Quality { get; init; }

    /// <summary>Why there is no model of the quality; null where there is one.</summary>
    public required string? NoQuality { get; init; }

    /// <summary>Unblinds and analyses exports.</summary>
    /// <param name="exports">The exports, each with its file's name.</param>
    /// <param name="keys">The keys of their pages.</param>
    /// <exception cref="EvaluationException">An export is of a page without a key, an item is not on its page, or an annotator rated an item twice.</exception>
    public static JudgementReport Of(IReadOnlyList<(string Path, AnnotationExport Export)> exports, IReadOnlyList<AnnotationKey> keys)
    {
        var ratings = new List<Rating>();
        var preferences = new List<(string Annotator, AnnotationItem Item, int Preferred)>();
        var seen = new HashSet<(string, string, string)>();
        foreach (var (path, export) in exports)
        {
            var key = keys.FirstOrDefault(key => key.Page == export.Page) ?? throw new EvaluationException($"{path}: it is of page {export.Page}, whose key is not given");
            var items = key.Items.ToDictionary(item => item.Item);
            foreach (var pair in export.Ratings)
            {
                if (!items.TryGetValue(pair.Item, out var known))
                {
                    throw new EvaluationException($"{path}: item \"{pair.Item}\" is not on page {export.Page}");
                }

                if (!seen.Add((export.Page, export.Annotator, pair.Item)))
                {
                    throw new EvaluationException($"{path}: {export.Annotator} has rated item \"{pair.Item}\" of page {export.Page} in another file too; give only the latest");
                }

                var item = known with { Item = $"{export.Page}/{known.Item}" };
                ratings.Add(new(export.Annotator, item, item.First, true, pair.First));
                ratings.Add(new(export.Annotator, item, item.Second, false, pair.Second));
                preferences.Add((export.Annotator, item, pair.Preferred switch { "first" => 1, "second" => -1, _ => 0 }));
            }
        }

        if (ratings.Count == 0)
        {
            throw new EvaluationException("the exports have no ratings");
        }

        var (quality, reason) = Fit(ratings);
        return new()
        {
            Annotators = [.. ratings.Select(rating => rating.Annotator).Distinct().Order(StringComparer.Ordinal)],
            Pairs = preferences.Count,
            Agreement =
            [
                Aspect("language", AgreementScale.Nominal, Answers(values => values.Language ? 1 : 0)),
                Aspect("factuality", AgreementScale.Ordinal, Answers(values => values.Factuality)),
                Aspect("completeness", AgreementScale.Ordinal, Answers(values => values.Completeness)),
                Aspect("overall", AgreementScale.Ordinal, Answers(values => values.Overall)),
                Aspect("preferred", AgreementScale.Nominal, preferences.Select(preference => (preference.Item.Item, preference.Annotator, preference.Preferred))),
            ],
            Models =
            [
                .. ratings.GroupBy(rating => (rating.Model, Kind: KindOf(rating.Item))).OrderBy(group => group.Key.Model, StringComparer.Ordinal).ThenBy(group => group.Key.Kind, StringComparer.Ordinal)
                    .Select(group => new ModelRatings(
                        group.Key.Model, group.Key.Kind, group.Count(), group.Average(rating => rating.Values.Language ? 1.0 : 0), group.Average(rating => rating.Values.Factuality),
                        group.Average(rating => rating.Values.Completeness), group.Average(rating => rating.Values.Overall))),
            ],
            Wins =
            [
                .. preferences.SelectMany(preference => new[] { (preference.Item.First, preference.Item.Second, preference.Preferred), (preference.Item.Second, preference.Item.First, -preference.Preferred) })
                    .GroupBy(row => (row.Item1, row.Item2)).OrderBy(group => group.Key.Item1, StringComparer.Ordinal).ThenBy(group => group.Key.Item2, StringComparer.Ordinal)
                    .Select(group => new PairWins(group.Key.Item1, group.Key.Item2, group.Count(row => row.Item3 > 0), group.Count(row => row.Item3 < 0), group.Count(row => row.Item3 == 0))),
            ],
            Quality = quality,
            NoQuality = reason,
        };

        IEnumerable<(string Unit, string Annotator, int Value)> Answers(Func<AnswerRating, int> value) =>
            ratings.Select(rating => ($"{rating.Item.Item}/{rating.IsFirst}", rating.Annotator, value(rating.Values)));
    }

    /// <summary>Writes the report as JSON, whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    public void Write(string path) => AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");

    private static string KindOf(AnnotationItem item) => item.IsCultural ? "specific" : "agnostic";

    private static AspectAgreement Aspect(string name, AgreementScale scale, IEnumerable<(string Unit, string Annotator, int Value)> values)
    {
        var units = values.GroupBy(value => value.Unit).Select(group => group.OrderBy(value => value.Annotator, StringComparer.Ordinal).ToArray()).Where(unit => unit.Length > 1).ToArray();
        var alpha = Judgements.Agreement.KrippendorffAlpha(units.Select(unit => unit.Select(value => value.Value).ToArray()), scale);
        var annotators = units.SelectMany(unit => unit.Select(value => value.Annotator)).Distinct().Count();
        if (units.Length == 0 || units.Any(unit => unit.Length != annotators))
        {
            return new(name, units.Length, scale, alpha, null, null);
        }

        return annotators == 2
            ? new(name, units.Length, scale, alpha, Judgements.Agreement.CohenKappa([.. units.Select(unit => (unit[0].Value, unit[1].Value))]), "Cohen")
            : new(name, units.Length, scale, alpha, Judgements.Agreement.FleissKappa([.. units.Select(unit => unit.Select(value => value.Value).ToArray())]), "Fleiss");
    }

    /// <summary>Overall quality by model, kind of question and language, each against its first level; question and annotator are random.</summary>
    private static (MixedModelFit? Fit, string? Reason) Fit(IReadOnlyList<Rating> ratings)
    {
        (string Name, Func<Rating, string> Of)[] factors = [("model", rating => rating.Model), ("questions", rating => KindOf(rating.Item)), ("language", rating => rating.Item.Language)];
        (string Name, Func<Rating, string> Of, string Level)[] effects =
        [
            .. factors.SelectMany(factor => ratings.Select(factor.Of).Distinct().Order(StringComparer.Ordinal).Skip(1).Select(level => (factor.Name, factor.Of, level))),
        ];
        GroupingFactor[] groups =
        [
            .. new[] { new GroupingFactor("question", [.. ratings.Select(rating => $"{rating.Item.Language}: {rating.Item.Question}")]), new GroupingFactor("annotator", [.. ratings.Select(rating => rating.Annotator)]) }
                .Where(group => group.Levels.Distinct().Count() > 1),
        ];
        if (groups.Length == 0)
        {
            return (null, "there is one question and one annotator; random effects need more");
        }

        try
        {
            return (LinearMixedModel.Fit(
                [.. ratings.Select(rating => (double)rating.Values.Overall)], ["(intercept)", .. effects.Select(effect => $"{effect.Name}: {effect.Level}")],
                [.. ratings.Select(rating => (double[])[1, .. effects.Select(effect => effect.Of(rating) == effect.Level ? 1.0 : 0)])], groups), null);
        }
        catch (EvaluationException exception)
        {
            return (null, exception.Message);
        }
    }
}
