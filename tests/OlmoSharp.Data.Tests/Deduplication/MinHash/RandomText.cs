namespace OlmoSharp.Data.Tests.Deduplication.MinHash;

/// <summary>Texts of random words, and near-copies of them.</summary>
internal static class RandomText
{
    public static string[] Words(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => Word(random))];

    /// <summary>A copy in which each word is exchanged with the given probability.</summary>
    public static string[] Alter(Random random, string[] words, double probability) =>
        [.. words.Select(word => random.NextDouble() < probability ? Word(random) : word)];

    private static string Word(Random random)
    {
        var letters = new char[random.Next(2, 9)];
        for (var i = 0; i < letters.Length; i++)
        {
            letters[i] = (char)('a' + random.Next(26));
        }

        return new string(letters);
    }
}
