using System.Text.Json;
using OlmoSharp.Data.Attributes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Data.Texts;
using ZstdSharp;

namespace OlmoSharp.Benchmarks.Data;

/// <summary>Mixing as Dolma's configs do it: documents and the attributes of a rule set from zstd files, the rules' filters, one span replacement, to zstd files.</summary>
internal static class MixBenchmark
{
    private static readonly string[] Rules =
    [
        "word_count", "median_word_length", "symbol_to_word_ratio", "fraction_of_words_with_alpha_character", "required_word_count",
        "fraction_of_lines_starting_with_bullet_point", "fraction_of_lines_ending_with_ellipsis", "fraction_of_duplicate_lines",
        "fraction_of_characters_in_duplicate_lines", "fraction_of_characters_in_most_common_2grams", "fraction_of_characters_in_most_common_3grams",
        "fraction_of_characters_in_most_common_4grams", "fraction_of_characters_in_duplicate_5grams", "fraction_of_characters_in_duplicate_6grams",
        "fraction_of_characters_in_duplicate_7grams", "fraction_of_characters_in_duplicate_8grams", "fraction_of_characters_in_duplicate_9grams",
        "fraction_of_characters_in_duplicate_10grams",
    ];

    public static void Mix(DataCorpus corpus) => Run(corpus, "zst", keepsAll: true);

    public static void MixPlain(DataCorpus corpus) => Run(corpus, "", keepsAll: true);

    public static void Filter(DataCorpus corpus) => Run(corpus, "", keepsAll: false);

    public static void Compress(DataCorpus corpus)
    {
        var view = new DocumentView();
        using var stream = new CompressionStream(Stream.Null, 3);
        foreach (var file in corpus.Files)
        {
            using var scanner = new DocumentScanner(file);
            while (scanner.Read(view))
            {
                stream.Write(view.Line);
            }
        }
    }

    private static void Run(DataCorpus corpus, string compression, bool keepsAll)
    {
        if (!Directory.Exists(corpus.At("attributes")))
        {
            WriteAttributes(corpus);
        }

        var output = corpus.At("mixed");
        new MixJob(new MixConfig
        {
            Streams =
            [
                new()
                {
                    Name = "mix",
                    Documents = [corpus.At("documents")],
                    Attributes = ["rules"],
                    Output = new() { Path = output, DiscardFields = ["attributes"] },
                    Filter = new()
                    {
                        Exclude = [.. Rules.Select(rule => Above(rule, 1)), .. keepsAll ? [] : (string[])[Above("word_count", -1)]],
                    },
                    SpanReplacement = [new() { Span = "$.attributes.rules__pii__email", MinScore = 0.5, Replacement = " |||EMAIL_ADDRESS||| " }],
                    Compression = new() { Output = compression },
                },
            ],
        }).Run();
        Directory.Delete(output, recursive: true);
    }

    private static string Above(string rule, double limit) =>
        FormattableString.Invariant($"$.attributes[?(@.rules__gopher__{rule} && @.rules__gopher__{rule}[0] && @.rules__gopher__{rule}[0][2] > {limit})]");

    private static void WriteAttributes(DataCorpus corpus)
    {
        var random = new Random(1);
        var names = Rules.Select(rule => JsonEncodedText.Encode($"rules__gopher__{rule}")).ToArray();
        var email = JsonEncodedText.Encode("rules__pii__email");
        var view = new DocumentView();
        foreach (var file in corpus.Files)
        {
            using var scanner = new DocumentScanner(file);
            var path = AttributePaths.Of(file, "rules");
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var stream = new CompressionStream(File.Create(path), leaveOpen: false);
            using var writer = new AttributeWriter(stream);
            while (scanner.Read(view))
            {
                var length = CodePoints.CountIn(view.Text);
                writer.BeginRow(view);
                foreach (var name in names)
                {
                    writer.Write(name, [new(0, length, Math.Round(random.NextDouble(), 5))]);
                }

                // One text in four has something to replace.
                if (length > 40 && random.Next(4) == 0)
                {
                    var start = random.Next(length - 20);
                    writer.Write(email, [new(start, start + 15, 1)]);
                }

                writer.EndRow(view);
            }
        }
    }
}
