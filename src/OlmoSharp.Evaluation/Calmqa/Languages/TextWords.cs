using System.Text;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>The words of a text as the language check sees them: letters in lower case, composed, with plain apostrophes before and between them, and how many letters of each writing system there are.</summary>
internal sealed class TextWords
{
    private readonly Dictionary<string, int> _counts = [];
    private readonly int[] _letters = new int[Enum.GetValues<WritingSystem>().Length];

    /// <summary>Finds the words of a text.</summary>
    /// <param name="text">The text.</param>
    public TextWords(string text)
    {
        var word = new StringBuilder();
        WritingSystem? system = null;
        foreach (var rune in CanonicalNormalization.ToFormC(text).EnumerateRunes())
        {
            var letter = rune;
            switch (Letters.KindOf(ref letter))
            {
                case LetterKind.Letter:
                    var found = Letters.SystemOf(letter);
                    _letters[(int)found]++;
                    if (system is not null && system != found)
                    {
                        End();
                    }

                    system = found;
                    word.Append(Rune.ToLowerInvariant(letter));
                    break;
                case LetterKind.Mark when system is not null:
                case LetterKind.Apostrophe:
                    word.Append(letter);
                    break;
                case LetterKind.Ignored:
                    break;
                default:
                    End();
                    break;
            }
        }

        End();

        void End()
        {
            var length = word.Length;
            while (length > 0 && word[length - 1] == '\'')
            {
                length--;
            }

            if (system is not null)
            {
                var key = word.ToString(0, length);
                _counts[key] = _counts.GetValueOrDefault(key) + 1;
            }

            word.Clear();
            system = null;
        }
    }

    /// <summary>Each different word with how often it occurs.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>All letters.</summary>
    public int LetterCount => _letters.Sum();

    /// <summary>The writing system that most of the text is in (Chinese characters in a text with kana count as kana), and its share of the text; <see cref="WritingSystem.Other"/> without letters.</summary>
    public (WritingSystem System, double Share) Dominant()
    {
        // Japanese writes both; a Chinese text may quote a little kana.
        const double leastKana = 0.05;
        var (han, kana) = (_letters[(int)WritingSystem.Han], _letters[(int)WritingSystem.Kana]);
        var eastern = kana > leastKana * (han + kana) ? WritingSystem.Kana : WritingSystem.Han;
        var weights = Enum.GetValues<WritingSystem>().Where(system => system is not (WritingSystem.Han or WritingSystem.Kana))
            .Select(system => (System: system, Weight: _letters[(int)system] * Letters.Weight(system))).Append((System: eastern, Weight: (han + kana) * Letters.Weight(eastern))).ToArray();
        var best = weights.MaxBy(pair => pair.Weight);
        var all = weights.Sum(pair => pair.Weight);
        return all == 0 ? (WritingSystem.Other, 0) : (best.System, (double)best.Weight / all);
    }

    /// <summary>The writing system of a word: that of its first letter.</summary>
    public static WritingSystem SystemOf(string word)
    {
        foreach (var rune in word.EnumerateRunes())
        {
            if (Rune.IsLetter(rune))
            {
                return Letters.SystemOf(rune);
            }
        }

        return WritingSystem.Other;
    }
}
