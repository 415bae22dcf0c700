namespace OlmoSharp.Tokenization;

/// <summary>Trains byte-level BPE tokenizers with the pre-tokens of GPT-4.
/// <para>Ids: the 256 bytes have their own values, the results of merges follow in the order they were learned, the special tokens come last.</para>
/// <para>Each step merges the pair of neighbouring tokens that occurs most often within pre-tokens (overlapping occurrences, as in <c>aaa</c>, all count);
/// of several, the one with the least left id, and then the one with the least right id. So the result depends on nothing but how often each pre-token occurs:
/// neither on the order of the texts nor on the number of threads.</para></summary>
public static class BpeTrainer
{
    private const int ByteCount = 256;

    /// <summary>Trains a tokenizer.</summary>
    /// <param name="texts">The texts, each a document of its own; gone through once, by one thread.</param>
    /// <param name="options">What to make.</param>
    /// <param name="progress">Told now and then how far the training is.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <exception cref="TokenizerException">The options contradict themselves.</exception>
    public static Tokenizer Train(
        IEnumerable<string> texts, BpeTrainerOptions options, IProgress<BpeTrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(options);
        int merges = options.VocabularySize - ByteCount - options.SpecialTokens.Count;
        Check(options, merges);

        PreTokenCounts counts = PreTokenCounter.Count(texts, options.Threads, merges, progress, cancellationToken);
        MergeLearner learner = new(counts.ByPreToken);
        while (learner.Merges.Count < merges && learner.TryMerge(options.MinFrequency))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (learner.Merges.Count % 256 == 0)
            {
                progress?.Report(new BpeTrainingProgress(counts.Texts, counts.Characters, learner.Merges.Count, merges));
            }
        }
        progress?.Report(new BpeTrainingProgress(counts.Texts, counts.Characters, learner.Merges.Count, merges));

        List<byte[]> tokens = TokensOf(learner.Merges);
        AddedToken[] specialTokens = [.. options.SpecialTokens.Select((token, index) => new AddedToken(tokens.Count + index, token) { IsSpecial = true })];
        byte[] json = TokenizerJsonWriter.Write(tokens, learner.Merges, specialTokens, PreTokenPattern.Cl100k);
        return TokenizerJsonReader.Read(json, "the tokenizer just trained", BpeEncoderKind.Cached);
    }

    private static void Check(BpeTrainerOptions options, int merges)
    {
        if (merges < 0)
        {
            throw new TokenizerException($"A vocabulary of {options.VocabularySize} has no room for {ByteCount} bytes and "
                + $"{options.SpecialTokens.Count} special tokens. Ask for at least {ByteCount + options.SpecialTokens.Count}.");
        }
        if (options.MinFrequency < 1)
        {
            throw new TokenizerException($"The least frequency {options.MinFrequency} is not positive. Ask for at least 1.");
        }
        if (options.Threads < 1)
        {
            throw new TokenizerException($"The number of threads {options.Threads} is not positive. Ask for at least 1.");
        }
        HashSet<string> seen = [];
        foreach (string token in options.SpecialTokens)
        {
            if (!seen.Add(token))
            {
                throw new TokenizerException($"The special token {token} is given twice. Name each once.");
            }
            if (token.Length == 0 || PreTokenScanner.End(PreTokenPattern.Cl100k, token, 0) == token.Length)
            {
                throw new TokenizerException($"The special token \"{token}\" could also be learned from text. Give it a form like <|name|>.");
            }
        }
    }

    private static List<byte[]> TokensOf(IReadOnlyList<BpeMerge> merges)
    {
        List<byte[]> tokens = [.. Enumerable.Range(0, ByteCount).Select(value => new[] { (byte)value })];
        foreach (BpeMerge merge in merges)
        {
            tokens.Add([.. tokens[merge.Left], .. tokens[merge.Right]]);
        }
        return tokens;
    }
}
