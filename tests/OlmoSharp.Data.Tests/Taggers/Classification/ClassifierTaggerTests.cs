using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Classification;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Data.Taggers.Classification;
using OlmoSharp.Data.Tests.Classification;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Classification;

public sealed class ClassifierTaggerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The scores that fasttext printed for these texts.
    [Fact]
    public void Types_are_labels_and_scores_those_of_the_model()
    {
        var said = TaggerRun.Of("classifier_doc_v1", Parameters(0)).Tag("the cat\nis in the town");
        Assert.Equal([new AttributeSpan(0, 22, 0.98409)], said["en"]);
        Assert.Equal(["de", "en", "fr", "ja"], said.Keys);
        Assert.Equal(["en"], TaggerRun.Of("classifier_doc_v1", Parameters(0.5)).Tag("the cat is in the town").Keys);
        var parts = TaggerRun.Of("classifier_paragraph_v1", Parameters(0)).Tag("the cat is in the town\n \n猫 が います");
        Assert.Equal([new AttributeSpan(0, 23, 0.98409), new AttributeSpan(25, 32, 2e-5)], parts["en"]);
        Assert.Equal([new AttributeSpan(0, 23, 3e-5), new AttributeSpan(25, 32, 0.99939)], parts["ja"]);
    }

    // doc_en is Σ length · p / length of the text, and doc_not_en what it lacks to 1.
    [Fact]
    public void Languages_are_those_of_Dolma_with_the_score_of_the_document_by_lengths()
    {
        var model = new LanguageModelParameters { Model = FastTextModels.Write(_folder, "softmax.bin") };
        var said = TaggerRun.Of("ft_lang_id_en_paragraph_with_doc_score_v2", model).Tag("The CAT is in the town\n \n\u00a0猫 が います\u00a0");
        Assert.Equal([new AttributeSpan(0, 23, 0.98409), new AttributeSpan(25, 34, 2e-5)], said["en"]);
        Assert.Equal([new AttributeSpan(0, 23, 0.01591), new AttributeSpan(25, 34, 0.99998)], said["not_en"]);
        var english = (23 * 0.984086 + 9 * 1.65349e-5) / 34;
        Assert.Equal(english, Assert.Single(said["doc_en"]).Score, 1e-5);
        Assert.Equal(1 - english, Assert.Single(said["doc_not_en"]).Score, 1e-5);
        Assert.Equal(["en", "not_en"], TaggerRun.Of("ft_lang_id_en_doc_v2", model).Tag("the cat").Keys);
        Assert.Equal(0.98409, TaggerRun.Of("ft_lang_id_doc_v1", Parameters(0.5)).Value("THE CAT\nIS IN THE TOWN", "en"));
        Assert.Equal(0, TaggerRun.Of("ft_lang_id_en_paragraph_with_doc_score_v2", model).Value("", "doc_en"));
        Assert.Equal(0, TaggerRun.Of("ft_lang_id_en_paragraph_with_doc_score_v2", model).Value("", "doc_not_en"));
    }

    [Fact]
    public void Scores_below_what_hierarchical_softmax_gives_are_not_said_and_count_as_not_English()
    {
        var path = FastTextModels.Write(_folder, "hierarchical.bin");
        Assert.Equal(["de", "en"], TaggerRun.Of("classifier_doc_v1", new ClassifierParameters { Model = path }).Tag("the \tcat station\v\f the\0cat").Keys);
    }

    [Fact]
    public void A_model_that_was_trained_here_says_itself_whether_case_matters()
    {
        var lines = _folder.Write("t.txt", string.Join('\n', Enumerable.Repeat("__label__en The\n__label__de Die", 20)));
        foreach (var lowerCase in new[] { false, true })
        {
            var path = _folder.At($"{lowerCase}.bin");
            var options = new ClassifierTraining { WordNGrams = 1, Epochs = 20, LearningRate = 0.5, LowerCase = lowerCase };
            ClassifierTrainer.Train(new LabelledTexts([new LabelledInput(lines)]), options, cancellation: TestContext.Current.CancellationToken).Model.Save(path);
            foreach (var tagger in new[] { "classifier_doc_v1", "ft_lang_id_doc_v1" })
            {
                var run = TaggerRun.Of(tagger, new ClassifierParameters { Model = path });
                Assert.InRange(run.Value("The", "en"), 0.9, 1.1);
                Assert.Equal(lowerCase, run.Value("THE", "en") > 0.9);
            }
        }
    }

    [Fact]
    public void What_cannot_be_used_is_said_before_any_work()
    {
        var lines = _folder.Write("t.txt", "__label__a-b x\n__label__a_b y");
        var path = _folder.At("m.bin");
        ClassifierTrainer.Train(new LabelledTexts([new LabelledInput(lines)]), new ClassifierTraining { WordNGrams = 1 }, cancellation: TestContext.Current.CancellationToken).Model.Save(path);
        Assert.Contains("the labels a-b and a_b would be one name", Error("classifier_doc_v1", new ClassifierParameters { Model = path }));
        Assert.Contains("model: is required", Assert.Throws<ConfigException>(() => new TaggerCatalog().Configure("ft_lang_id_en_doc_v2")).Message);
        Assert.Contains("cannot be read", Error("classifier_doc_v1", new ClassifierParameters { Model = _folder.At("none") }));
        var others = _folder.Write("u.txt", "__label__fr x\n__label__de y");
        ClassifierTrainer.Train(new LabelledTexts([new LabelledInput(others)]), new ClassifierTraining { WordNGrams = 1 }, cancellation: TestContext.Current.CancellationToken).Model.Save(path);
        Assert.Contains("the model has no label en; it has de, fr", Error("ft_lang_id_en_doc_v2", new LanguageModelParameters { Model = path }));
    }

    private static string Error(string tagger, object parameters) => Assert.Throws<DataException>(() => new TaggerCatalog().Configure(tagger, parameters)).Message;

    private ClassifierParameters Parameters(double minScore) => new() { Model = FastTextModels.Write(_folder, "softmax.bin"), MinScore = minScore };
}
