using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Quality;

/// <summary>The median of words' lengths in code points, by counting lengths.</summary>
internal sealed class WordLengthMedian
{
    private readonly int[] _counts = new int[256];
    private readonly List<int> _longer = [];

    /// <summary>The median, which lies between the two middle lengths where there are two; 0 where there are no words.</summary>
    public double Of(ReadOnlySpan<TextWord> words)
    {
        if (words.IsEmpty)
        {
            return 0;
        }

        Array.Clear(_counts);
        _longer.Clear();
        foreach (ref readonly var word in words)
        {
            if (word.CodePoints < _counts.Length)
            {
                _counts[word.CodePoints]++;
            }
            else
            {
                _longer.Add(word.CodePoints);
            }
        }

        _longer.Sort();
        return (At((words.Length - 1) / 2) + At(words.Length / 2)) / 2.0;
    }

    private int At(int rank)
    {
        for (var length = 0; length < _counts.Length; length++)
        {
            if (rank < _counts[length])
            {
                return length;
            }

            rank -= _counts[length];
        }

        return _longer[rank];
    }
}
