namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>Makes profiles of text, and measures them on text held out: a part at a time, with profiles made of the other parts.</summary>
public sealed class LanguageTraining
{
    /// <summary>About how many characters a short held-out text has: a question's.</summary>
    public const int ShortSegment = 60;

    /// <summary>About how many characters a long held-out text has: a short answer's.</summary>
    public const int LongSegment = 300;

    private const int LinesInABlock = 4;

    /// <summary>The most n-grams that a language keeps.</summary>
    public int MostNGrams { get; init; } = 6000;

    /// <summary>How many parts the text is divided into to measure; 0: nothing is measured, and confidence is read as by the profiles that come with the program.</summary>
    public int Parts { get; init; } = 5;

    /// <summary>The most held-out texts of each length that a language is measured on.</summary>
    public int MostSegments { get; init; } = 400;

    /// <summary>Makes profiles.</summary>
    /// <param name="texts">Text of each language.</param>
    /// <param name="progress">Told how many parts are done, that of all text too.</param>
    /// <param name="cancellation">Stops between languages.</param>
    /// <exception cref="EvaluationException">A language has no letters.</exception>
    public LanguageProfiles Run(IReadOnlyList<LanguageText> texts, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        var systems = texts.Select(System).ToArray();
        var all = Train(texts, systems, _ => true, Parts == 0 ? LanguageProfiles.Default.Calibration : new(1, 0.5), cancellation);
        progress?.Invoke(1);
        if (Parts == 0)
        {
            return all;
        }

        var measures = new List<LanguageMeasure>();
        for (var part = 0; part < Parts; part++)
        {
            var held = part;
            var profiles = Train(texts, systems, block => block % Parts != held, all.Calibration, cancellation);
            var identifier = new LanguageIdentifier(profiles);
            for (var language = 0; language < texts.Count; language++)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var length in (int[])[ShortSegment, LongSegment])
                {
                    measures.AddRange(Segments(texts[language], block => block % Parts == held, length).Take(MostSegments / Parts).Select(text => identifier.Measure(language, length, text)));
                }
            }

            progress?.Invoke(part + 2);
        }

        var calibration = LanguageMeasure.Fit(measures);
        LanguageProfile[] languages = [.. all.Languages.Select((language, place) => language with { Margin = LanguageMeasure.Margin(measures, place, LongSegment) })];
        LanguageProfile[] measured =
        [
            .. languages.Select((language, place) => language with
            {
                Short = LanguageMeasure.Quality(measures, languages, place, ShortSegment, calibration),
                Long = LanguageMeasure.Quality(measures, languages, place, LongSegment, calibration),
            }),
        ];
        return new(measured, all.Entries, calibration);
    }

    /// <summary>Consecutive lines of blocks as texts of about a length.</summary>
    internal static IEnumerable<string> Segments(LanguageText text, Func<int, bool> isChosen, int length)
    {
        foreach (var (_, lines) in text.Sources)
        {
            var segment = "";
            foreach (var line in Blocks(lines, isChosen))
            {
                segment = segment.Length == 0 ? line : $"{segment}\n{line}";
                while (segment.Length >= length)
                {
                    var end = segment.IndexOfAny([' ', '\n'], length - 1);
                    end = end < 0 ? segment.Length : end;
                    // A text without spaces is cut anywhere.
                    end = end > 2 * length ? length : end;
                    yield return segment[..end];
                    segment = segment[end..].Trim();
                }
            }
        }
    }

    private static WritingSystem System(LanguageText text)
    {
        var (system, _) = new TextWords(string.Join('\n', text.Sources.SelectMany(source => source.Value.Take(1000)))).Dominant();
        return system != WritingSystem.Other ? system : throw new EvaluationException(
            $"{text.Code}: the text has no letters of a writing system that is told apart here ({string.Join(", ", Enum.GetNames<WritingSystem>().Skip(1))})");
    }

    private static IEnumerable<string> Blocks(IReadOnlyList<string> lines, Func<int, bool> isChosen) => lines.Where((_, i) => isChosen(i / LinesInABlock));

    private LanguageProfiles Train(IReadOnlyList<LanguageText> texts, WritingSystem[] systems, Func<int, bool> isChosen, LanguageCalibration calibration, CancellationToken cancellation)
    {
        var entries = new Dictionary<string, List<(int Language, int Count)>>();
        var languages = new List<LanguageProfile>();
        for (var language = 0; language < texts.Count; language++)
        {
            cancellation.ThrowIfCancellationRequested();
            var counts = new NGramCounts();
            foreach (var line in texts[language].Sources.SelectMany(source => Blocks(source.Value, isChosen)))
            {
                counts.Add(new TextWords(line), systems[language]);
            }

            languages.Add(new()
            {
                Code = texts[language].Code,
                Name = texts[language].Name,
                System = systems[language],
                Letters = counts.Letters,
                Sources = [.. texts[language].Sources.Select(source => source.Key)],
            });
            if (LanguageIdentifier.ByWritingSystem.ContainsKey(systems[language]))
            {
                continue;
            }

            foreach (var (text, count) in counts.Kept(MostNGrams))
            {
                if (!entries.TryGetValue(text, out var seen))
                {
                    entries.Add(text, seen = []);
                }

                seen.Add((language, LanguageProfileFile.Rounded(count)));
            }
        }

        return new(languages, [.. entries.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new NGramEntry(pair.Key, pair.Value))], calibration);
    }
}
