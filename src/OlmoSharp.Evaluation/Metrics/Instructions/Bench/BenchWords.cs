namespace OlmoSharp.Evaluation.Metrics.Instructions.Bench;

/// <summary>IFBench's instructions about the form of words and their places.</summary>
internal static class BenchWords
{
    private const string Vowels = "aeiou";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    // Frequent English verbs; the original asks a tagger, which is not part of this project.
    private static readonly HashSet<string> Verbs = new(StringComparer.Ordinal)
    {
        "accept", "achieve", "act", "add", "adjust", "adopt", "allow", "analyze", "answer", "apply", "approach", "arrange", "ask", "assess", "assume", "avoid", "be", "become", "begin", "believe", "break",
        "bring", "build", "buy", "calculate", "call", "can", "carry", "change", "check", "choose", "clean", "combine", "come", "compare", "complete", "consider", "contact", "continue", "convert", "cook",
        "cover", "create", "cut", "decide", "define", "deliver", "describe", "design", "determine", "develop", "discover", "discuss", "divide", "do", "draw", "dream", "drink", "drive", "earn", "eat",
        "embrace", "enable", "encourage", "engage", "enjoy", "ensure", "enter", "establish", "evaluate", "examine", "expand", "expect", "explain", "explore", "express", "feel", "fill", "find", "finish",
        "fix", "focus", "follow", "forget", "gather", "generate", "get", "give", "go", "grab", "grow", "handle", "have", "hear", "help", "hold", "identify", "imagine", "implement", "improve", "include",
        "increase", "install", "introduce", "invest", "invite", "is", "join", "jump", "keep", "know", "learn", "leave", "let", "like", "listen", "live", "look", "love", "maintain", "make", "manage",
        "maximize", "may", "measure", "meet", "minimize", "mix", "move", "multiply", "must", "need", "note", "observe", "open", "optimize", "organize", "pack", "pay", "perform", "pick", "place", "plan",
        "play", "practice", "prepare", "present", "press", "print", "prioritize", "produce", "promote", "protect", "provide", "pull", "push", "put", "read", "realize", "recall", "receive", "recognize",
        "reduce", "refer", "reflect", "remember", "remove", "repeat", "replace", "require", "research", "review", "run", "save", "say", "see", "seek", "select", "send", "serve", "set", "share", "show",
        "sing", "sit", "solve", "speak", "spend", "stand", "start", "stay", "stop", "study", "subtract", "suggest", "support", "take", "talk", "teach", "tell", "test", "thank", "think", "track",
        "transform", "travel", "try", "turn", "understand", "unlock", "update", "use", "utilize", "visit", "wait", "walk", "want", "was", "watch", "welcome", "were", "will", "win", "wish", "work",
        "worry", "write",
    };

    /// <summary>Whether the words begin with letters one after the other in the alphabet, z followed by a.</summary>
    public static bool LoopsThroughAlphabet(string response)
    {
        var words = BenchText.PlainWords(response);
        var letter = words.Count == 0 ? -1 : Letters.IndexOf(char.ToLowerInvariant(words[0][0]), StringComparison.Ordinal);
        return letter >= 0 && words.Index().All(item => char.ToLowerInvariant(item.Item[0]) == Letters[(letter + item.Index) % Letters.Length]);
    }

    /// <summary>Whether it is one paragraph with at most three different vowels.</summary>
    public static bool HasFewVowels(string response) => PythonText.Strip(response) is var text && !text.Contains('\n', StringComparison.Ordinal)
        && text.ToLowerInvariant().Where(character => Vowels.Contains(character, StringComparison.Ordinal)).Distinct().Count() <= 3;

    /// <summary>Whether two consonants stand together in every word.</summary>
    public static bool HasClusters(string response) =>
        PythonText.Words(response.ToLowerInvariant()).All(word => Enumerable.Range(0, word.Length - 1).Any(i => IsConsonant(word[i]) && IsConsonant(word[i + 1])));

    /// <summary>How many words of five letters or more read the same from behind.</summary>
    public static int CountPalindromes(string response) => BenchText.PlainWords(response.ToLowerInvariant()).Count(word => word.Length >= 5 && word.SequenceEqual(word.Reverse()));

    /// <summary>Whether the length of every word is a prime below a hundred.</summary>
    public static bool HasPrimeLengths(string response) => BenchText.PlainWords(response).All(word => PythonText.Length(word) is var length && length is > 1 and < 100 && Enumerable.Range(2, length - 2).All(divisor => length % divisor != 0));

    /// <summary>Whether no word is there more often than so many times.</summary>
    public static bool HasFewRepeats(string response, int most) => BenchText.PlainWords(response.ToLowerInvariant()).CountBy(word => word).All(word => word.Value <= most);

    /// <summary>Whether no two neighbours begin alike.</summary>
    public static bool HasNoNeighboursAlike(string response) => BenchText.PlainWords(response.ToLowerInvariant()) is var words && words.Zip(words.Skip(1)).All(pair => pair.First[0] != pair.Second[0]);

    /// <summary>Whether words with even and odd numbers of syllables take turns.</summary>
    public static bool AlternatesSyllables(string response) => BenchText.PlainWords(response.ToLowerInvariant()).ConvertAll(word => BenchText.Syllables(word) % 2) is var parities
        && parities.Zip(parities.Skip(1)).All(pair => pair.First != pair.Second);

    /// <summary>Whether the first word is a verb: one of a list, or a form in -ing of any.</summary>
    public static bool StartsWithVerb(string response) => BenchText.Tokens(response) is [var first, ..] && first.ToLowerInvariant() is var word
        && (Verbs.Contains(word) || (word.Length > 5 && word.EndsWith("ing", StringComparison.Ordinal) && word is not ("something" or "nothing" or "anything" or "everything" or "morning" or "evening" or "during")));

    /// <summary>Whether each sentence begins with the word that ended the one before.</summary>
    public static bool ChainsSentences(string response)
    {
        var sentences = EnglishSentences.Split(response);
        return sentences.Zip(sentences.Skip(1)).All(pair => PythonText.Words(BenchText.Bare(pair.First)) is [.., var last] && PythonText.Words(BenchText.BareStart(pair.Second)) is [var first, ..]
            && last.Equals(first, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether each paragraph ends with the word that it began with.</summary>
    public static bool ClosesParagraphs(string response) =>
        response.Split('\n').Select(line => PythonText.Words(BenchText.Bare(PythonText.Strip(line).ToLowerInvariant()))).All(words => words.Count == 0 || words[0] == words[^1]);

    /// <summary>Whether word m of sentence n is the keyword, signs not counted.</summary>
    public static bool HasKeywordAt(string response, string keyword, int sentence, int word) => EnglishSentences.Split(response) is var sentences && sentence >= 1 && sentences.Count >= sentence
        && BenchText.Tokens(sentences[sentence - 1]).FindAll(token => token.Any(char.IsLetterOrDigit)) is var words && word >= 1 && words.Count >= word
        && words[word - 1].Equals(keyword.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the keyword is the second word and the last but one, a sign at the end not counted.</summary>
    public static bool HasKeywordAtBothEnds(string response, string keyword)
    {
        var tokens = BenchText.Tokens(response);
        var end = tokens.Count > 0 && tokens[^1].Length == 1 && char.IsPunctuation(tokens[^1][0]) ? tokens.Count - 1 : tokens.Count;
        return end >= 2 && tokens.Count > 1 && tokens[1].Equals(keyword.Trim(), StringComparison.OrdinalIgnoreCase) && tokens[end - 2].Equals(keyword.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsConsonant(char letter) => letter is >= 'a' and <= 'z' && !Vowels.Contains(letter, StringComparison.Ordinal);
}
