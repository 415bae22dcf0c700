using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Classification;

namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>The taggers by models of labels.</summary>
internal static class ClassifierTaggers
{
    private const string English = "en";

    public static IEnumerable<TaggerDescription> All =>
    [
        OfModel("classifier_doc_v1", "scores of a model's labels for the document", TextPart.Document),
        OfModel("classifier_paragraph_v1", "scores of a model's labels for each paragraph", TextPart.Paragraph),
        OfModel("classifier_paragraph_with_doc_score_v1", "as classifier_paragraph_v1, and their mean for the document as doc_LABEL", TextPart.ParagraphAndDocument),
        OfLanguages("ft_lang_id_doc_v1", "scores of all languages of a model such as lid.176.bin for the document", TextPart.Document),
        OfLanguages("ft_lang_id_paragraph_v1", "scores of all languages of a model such as lid.176.bin for each paragraph", TextPart.Paragraph),
        OfEnglish("ft_lang_id_en_doc_v2", "whether the document is English, by a model such as lid.176.bin", TextPart.Document) with
        {
            Thresholds = [new("en", "< 0.65", "FineWeb")],
        },
        OfEnglish("ft_lang_id_en_paragraph_v2", "whether each paragraph is English, by a model such as lid.176.bin", TextPart.Paragraph),
        OfEnglish("ft_lang_id_en_paragraph_with_doc_score_v2", "as ft_lang_id_en_paragraph_v2, and their mean for the document", TextPart.ParagraphAndDocument) with
        {
            Thresholds = [new("doc_en", "< 0.5", "Dolma 1.6 (books)")],
        },
        OfLingua("lingua_doc_v1", "scores of languages by Lingua for the document", TextPart.Document),
        OfLingua("lingua_paragraph_v1", "scores of languages by Lingua for each paragraph", TextPart.Paragraph),
        OfLingua("lingua_paragraph_with_doc_score_v1", "as lingua_paragraph_v1, and their mean for the document as doc_LANGUAGE", TextPart.ParagraphAndDocument),
        OfLinguaEnglish("lingua_en_doc_v1", "whether the document is English, by Lingua", TextPart.Document),
        OfLinguaEnglish("lingua_en_paragraph_v1", "whether each paragraph is English, by Lingua", TextPart.Paragraph),
        OfLinguaEnglish("lingua_en_paragraph_with_doc_score_v1", "as lingua_en_paragraph_v1, and their mean for the document", TextPart.ParagraphAndDocument),
    ];

    private static TaggerDescription OfModel(string name, string summary, TextPart part) =>
        OfLabels(name, summary, part, strips: false, model => model.LowerCase);

    // Dolma makes a text lower case before fastText's model of languages sees it; a model that was trained here says by itself what it needs.
    private static TaggerDescription OfLanguages(string name, string summary, TextPart part) =>
        OfLabels(name, summary, part, strips: true, IsLanguageModelOnLowerCase);

    private static TaggerDescription OfLabels(string name, string summary, TextPart part, bool strips, Func<TextClassifier, bool> lowerCase) =>
        TaggerDescription.Of<ClassifierParameters>(name, summary, parameters =>
        {
            var model = Load(parameters.Model);
            return () => new ScorerTagger(model.NewScorer(lowerCase(model)), part, strips, parameters.MinScore);
        });

    private static TaggerDescription OfEnglish(string name, string summary, TextPart part) => TaggerDescription.Of<LanguageModelParameters>(name, summary, parameters =>
    {
        var model = Load(parameters.Model);
        return Checked(() => new ScorerTagger(new LabelOrNot(model.NewScorer(IsLanguageModelOnLowerCase(model)), English), part, strips: true));
    });

    private static TaggerDescription OfLingua(string name, string summary, TextPart part) => TaggerDescription.Of<LinguaParameters>(name, summary, parameters =>
    {
        var languages = new LinguaLanguages(parameters);
        return () => new ScorerTagger(new LinguaScorer(languages), part, strips: true, parameters.MinScore);
    }) with
    { Version = LinguaLanguages.Version };

    private static TaggerDescription OfLinguaEnglish(string name, string summary, TextPart part) => TaggerDescription.Of<LinguaSettings>(name, summary, parameters =>
    {
        var languages = new LinguaLanguages(parameters);
        return Checked(() => new ScorerTagger(new LabelOrNot(new LinguaScorer(languages), English), part, strips: true));
    }) with
    { Version = LinguaLanguages.Version };

    private static bool IsLanguageModelOnLowerCase(TextClassifier model) => model.LowerCase || model.Training is null;

    /// <summary>Makes one at once, so that a label which is not there is found before any work.</summary>
    private static Func<ITagger> Checked(Func<ITagger> make)
    {
        _ = make();
        return make;
    }

    /// <summary>Loads a model whose labels can be told apart in attributes.</summary>
    private static TextClassifier Load(string path)
    {
        var model = TextClassifier.Load(path);
        var same = model.Labels.GroupBy(label => AttributeName.Join("", "", label)).FirstOrDefault(group => group.Count() > 1);
        return same is null ? model : throw new DataException(
            $"{path}: the labels {string.Join(" and ", same)} would be one name in attributes, where only letters, digits and _ stand. Train with other labels.");
    }
}
