using OlmoSharp.Tokenization;

namespace OlmoSharp.Data.Taggers;

/// <summary>The tokenizers that taggers are given as parameters.</summary>
internal static class TaggerTokenizer
{
    /// <summary>Loads one.</summary>
    /// <exception cref="DataException">It cannot be loaded.</exception>
    public static Tokenizer Load(string path)
    {
        try
        {
            return Tokenizer.Load(path);
        }
        catch (TokenizerException error)
        {
            throw new DataException(error.Message, error);
        }
    }
}
