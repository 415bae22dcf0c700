using System.Text;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Tokenization;

/// <summary>Turns text into token ids and back. Every member may be called from several threads at once.</summary>
public abstract class Tokenizer
{
    private static readonly string[] EndOfTextNames = ["<|endoftext|>"];
    private static readonly string[] PaddingNames = ["<|pad|>", "<|padding|>"];

    /// <summary>The number of ids, special and other added tokens included: every id is in [0, <see cref="VocabularySize"/>).</summary>
    public abstract int VocabularySize { get; }

    /// <summary>The id of the token that ends a document (<c>&lt;|endoftext|&gt;</c>).</summary>
    /// <exception cref="TokenizerException">The tokenizer has no such special token.</exception>
    public int EndOfTextId => SpecialTokenId("end-of-text", EndOfTextNames);

    /// <summary>The id of the token that fills a batch (<c>&lt;|pad|&gt;</c> or <c>&lt;|padding|&gt;</c>).</summary>
    /// <exception cref="TokenizerException">The tokenizer has no such special token.</exception>
    public int PaddingId => SpecialTokenId("padding", PaddingNames);

    /// <summary>The special tokens and their ids: those that <see cref="Encode(string)"/> never produces.</summary>
    public abstract IReadOnlyDictionary<string, int> SpecialTokens { get; }

    /// <summary>The SHA-256 of the bytes of <c>tokenizer.json</c>, in lowercase hexadecimal.</summary>
    public abstract string Sha256 { get; }

    /// <summary>The implementation that encodes; all give the same ids.</summary>
    public abstract BpeEncoderKind EncoderKind { get; }

    /// <summary>
    /// Whether a text may be encoded in two pieces, cut after a line feed that follows a character other than white space and precedes an ASCII letter:
    /// no pre-token of any supported pattern lies across such a place, so that the ids of both pieces are those of the whole.
    /// False where an added token may take the line feed, or pieces get a space before them.
    /// </summary>
    public virtual bool EncodesLinesApart => false;

    /// <summary>The bytes of <c>tokenizer.json</c>.</summary>
    protected abstract ReadOnlySpan<byte> Json { get; }

    /// <summary>Encodes ordinary text and appends the ids. The strings of special tokens are text like any other here;
    /// added tokens that are not special are recognised. A lone surrogate is encoded as U+FFFD.</summary>
    public abstract void Encode(ReadOnlySpan<char> text, List<int> ids);

    /// <summary>Encodes bytes that need not be UTF-8 and appends the ids: stretches of UTF-8 as <see cref="Encode(ReadOnlySpan{char}, List{int})"/> does,
    /// each stretch of other bytes as a pre-token of its own. The bytes of the ids are those given, unless the tokenizer normalizes text.</summary>
    /// <exception cref="TokenizerException">A byte that UTF-8 never holds and for which the tokenizer has no token.</exception>
    public abstract void EncodeBytes(ReadOnlySpan<byte> bytes, List<int> ids);

    /// <summary>Encodes text in which the strings of special tokens stand for these tokens, and appends the ids.</summary>
    public abstract void EncodeWithSpecialTokens(ReadOnlySpan<char> text, List<int> ids);

    /// <summary>Encodes text in which the strings of special tokens stand for these tokens, but not where they touch parts that are ordinary text, and appends the ids.
    /// Text between special tokens is encoded as a whole, wherever the parts end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="ordinary">The parts that are ordinary text whatever they spell: in order, apart from each other.</param>
    /// <param name="ids">Takes the ids.</param>
    public abstract void EncodeWithSpecialTokens(ReadOnlySpan<char> text, IReadOnlyList<TextSpan> ordinary, List<int> ids);

    /// <summary>Encodes ordinary text, as <see cref="Encode(ReadOnlySpan{char}, List{int})"/> does.</summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [];
        Encode(text, ids);
        return [.. ids];
    }

    /// <summary>Encodes text in which the strings of special tokens stand for these tokens.</summary>
    public int[] EncodeWithSpecialTokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<int> ids = [];
        EncodeWithSpecialTokens(text, ids);
        return [.. ids];
    }

    /// <summary>The text of the ids. Bytes that are not valid UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens leave no trace in the text.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id that no token has.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = false) => Encoding.UTF8.GetString(DecodeToBytes(ids, skipSpecialTokens));

    /// <summary>The bytes of the ids, which need not be valid UTF-8.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether special tokens leave no trace in the bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id that no token has.</exception>
    public abstract byte[] DecodeToBytes(ReadOnlySpan<int> ids, bool skipSpecialTokens = false);

    /// <summary>The bytes that a token stands for: possibly a part of a character; for an added token, its string in UTF-8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id that no token has.</exception>
    public abstract ReadOnlySpan<byte> TokenBytes(int id);

    /// <summary>Whether the id is that of a special token.</summary>
    public abstract bool IsSpecial(int id);

    /// <summary>Creates a decoder for ids that come one at a time.</summary>
    /// <param name="skipSpecialTokens">Whether special tokens leave no trace in the text.</param>
    public StreamingDecoder CreateStreamingDecoder(bool skipSpecialTokens = false) => new(this, skipSpecialTokens);

    /// <summary>Loads a byte-level BPE tokenizer from a Hugging Face <c>tokenizer.json</c>.</summary>
    /// <param name="fileOrModelFolder">The file, or a folder that holds a <c>tokenizer.json</c>.</param>
    /// <param name="encoder">The implementation that encodes; all give the same ids.</param>
    /// <exception cref="TokenizerException">The file is missing, malformed, or of a kind that is not supported.</exception>
    public static Tokenizer Load(string fileOrModelFolder, BpeEncoderKind encoder = BpeEncoderKind.Cached)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileOrModelFolder);
        string file = Directory.Exists(fileOrModelFolder) ? Path.Combine(fileOrModelFolder, "tokenizer.json") : fileOrModelFolder;
        return TokenizerJsonReader.Read(ReadFile(file, "Name a tokenizer.json or a model folder that holds one"), file, encoder);
    }

    /// <summary>Loads a rank file of tiktoken (<c>.tiktoken</c>). The tokenizer gives tiktoken's ids; saved, it is a Hugging Face <c>tokenizer.json</c> that does.</summary>
    /// <param name="file">The file: a line a token, its bytes in base64, a space, its rank.</param>
    /// <param name="pattern">How text is split into pre-tokens, which the file does not say.</param>
    /// <param name="specialTokens">The special tokens, which the file does not hold, and their ids; null for the next one after the largest.</param>
    /// <exception cref="TokenizerException">The file is missing or malformed, or does not go with the special tokens.</exception>
    public static Tokenizer LoadTiktoken(string file, PreTokenPattern pattern, IReadOnlyList<KeyValuePair<string, int?>> specialTokens)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(specialTokens);
        byte[] json = TiktokenFile.Convert(ReadFile(file, "Name a .tiktoken file"), file, pattern, specialTokens);
        return TokenizerJsonReader.Read(json, file, BpeEncoderKind.Cached);
    }

    /// <summary>Creates a byte-level BPE tokenizer from the content of a Hugging Face <c>tokenizer.json</c> that came from elsewhere than a file of that name.</summary>
    /// <param name="json">The content, UTF-8; it must not change afterwards.</param>
    /// <param name="origin">What errors name as its origin.</param>
    /// <param name="encoder">The implementation that encodes; all give the same ids.</param>
    /// <exception cref="TokenizerException">The content is malformed or of a kind that is not supported.</exception>
    public static Tokenizer Parse(byte[] json, string origin, BpeEncoderKind encoder = BpeEncoderKind.Cached)
    {
        ArgumentNullException.ThrowIfNull(json);
        return TokenizerJsonReader.Read(json, origin, encoder);
    }

    /// <summary>Writes <c>tokenizer.json</c>, byte for byte what was loaded or trained: <see cref="Sha256"/> is the file's.
    /// The file appears whole or not at all.</summary>
    /// <param name="path">The file to write; an existing one is replaced.</param>
    /// <exception cref="TokenizerException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Json);

    /// <summary>Writes the <c>tokenizer_config.json</c> that transformers reads beside <c>tokenizer.json</c>: which token ends a text and which
    /// fills a batch, and a chat template where the tokenizer has tokens for the turns of a chat (see <see cref="ChatTurnTokens"/>).
    /// The file appears whole or not at all.</summary>
    /// <param name="path">The file to write; an existing one is replaced.</param>
    /// <param name="maximumLength">The longest sequence the model takes, in tokens; null when the file is to say nothing about it.</param>
    /// <exception cref="TokenizerException">The file cannot be written.</exception>
    public void SaveConfig(string path, int? maximumLength = null) => AtomicFile.Write(path, TokenizerConfigWriter.Write(this, maximumLength));

    private int SpecialTokenId(string role, string[] names)
    {
        foreach (string name in names)
        {
            if (SpecialTokens.TryGetValue(name, out int id))
            {
                return id;
            }
        }
        throw new TokenizerException(
            $"The tokenizer has no {role} token: none of its special tokens is {string.Join(" or ", names)}. Use one that has, or train one with it.");
    }

    private static byte[] ReadFile(string file, string advice)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TokenizerException(file, null, "there is no such file", advice, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException(file, null, $"the file cannot be read ({exception.Message})", "Check the disk and the permissions", exception);
        }
    }
}
