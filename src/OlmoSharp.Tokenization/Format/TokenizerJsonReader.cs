using System.Text.Json;

namespace OlmoSharp.Tokenization;

/// <summary>Reads the <c>tokenizer.json</c> of Hugging Face tokenizers where it describes a byte-level BPE tokenizer.
/// What it says of truncation and padding is about batches, not about what tokens a text has, and is not read.</summary>
internal static class TokenizerJsonReader
{
    /// <summary>Creates the tokenizer that the file describes.</summary>
    /// <exception cref="TokenizerException">The file is malformed or describes a tokenizer of another kind.</exception>
    public static Tokenizer Read(byte[] json, string file, BpeEncoderKind encoderKind)
    {
        using JsonDocument document = Parse(json, file);
        JsonPlace root = new(file, document.RootElement);
        bool normalize = ReadNormalizer(root["normalizer"]);
        (PreTokenPattern pattern, bool prefixSpace) = ReadPreTokenizer(root["pre_tokenizer"]);
        CheckPostProcessor(root["post_processor"]);
        CheckDecoder(root["decoder"]);
        List<AddedToken> addedTokens = ReadAddedTokens(root["added_tokens"]);
        BpeModel model = ReadModel(root["model"], addedTokens);
        if (encoderKind == BpeEncoderKind.Microsoft && model.IgnoreMerges)
        {
            throw root["model"]["ignore_merges"].Error(
                "Microsoft.ML.Tokenizers cannot put whole tokens before merges", $"Load the file with {nameof(BpeEncoderKind)}.{nameof(BpeEncoderKind.Cached)}");
        }
        return new ByteLevelBpeTokenizer(json, model, BpeEncoder.Create(encoderKind, model, pattern), addedTokens, normalize, prefixSpace);
    }

    private static JsonDocument Parse(byte[] json, string file)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new TokenizerException(
                file, null,
                $"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1} is not JSON",
                "The file is not a whole tokenizer.json; fetch or save it again", exception);
        }
    }

    private static bool ReadNormalizer(JsonPlace normalizer)
    {
        if (normalizer.IsNull)
        {
            return false;
        }
        return normalizer["type"].Text switch
        {
            "NFC" => true,
            // All are read, so that each is checked.
            "Sequence" => normalizer["normalizers"].Elements().Select(ReadNormalizer).ToArray().Contains(true),
            string other => throw normalizer["type"].Unsupported($"the normalizer {other} is not supported; NFC is"),
        };
    }

    private static (PreTokenPattern Pattern, bool PrefixSpace) ReadPreTokenizer(JsonPlace preTokenizer)
    {
        JsonPlace[] parts = preTokenizer["type"].Text == "Sequence" ? [.. preTokenizer["pretokenizers"].Elements()] : [preTokenizer];
        PreTokenPattern? pattern = null;
        bool isByteLevel = false;
        bool prefixSpace = false;
        foreach (JsonPlace part in parts)
        {
            switch (part["type"].Text)
            {
                case "Split" when pattern is null && !isByteLevel:
                    pattern = ReadSplit(part);
                    break;
                case "ByteLevel" when !isByteLevel:
                    isByteLevel = true;
                    prefixSpace = part["add_prefix_space"].Boolean;
                    if (prefixSpace && pattern is not null)
                    {
                        throw part["add_prefix_space"].Unsupported("a space added before every pre-token is not supported");
                    }
                    // Files older than the field split by GPT-2's expression.
                    if (part["use_regex"].IsNull || part["use_regex"].Boolean)
                    {
                        pattern = pattern is null
                            ? PreTokenPattern.Gpt2
                            : throw part["use_regex"].Unsupported("splitting by two expressions is not supported");
                    }
                    break;
                case string other:
                    throw part["type"].Unsupported($"the pre-tokenizer {other} is not supported here");
            }
        }
        return isByteLevel && pattern is PreTokenPattern found
            ? (found, prefixSpace)
            : throw preTokenizer.Unsupported("it does not both split the text and map it to bytes");
    }

    private static PreTokenPattern ReadSplit(JsonPlace split)
    {
        string behavior = split["behavior"].Text;
        bool invert = split["invert"].Boolean;
        // The expressions match all of any text, so that to isolate the matches and to remove everything but the matches are the same.
        if ((behavior, invert) is not (("Isolated", _) or ("Removed", true)))
        {
            throw split["behavior"].Unsupported($"the split behavior {behavior} with invert {invert} is not supported");
        }
        JsonPlace expression = split["pattern"]["Regex"];
        return expression.Text switch
        {
            PreTokenScanner.Cl100kExpression => PreTokenPattern.Cl100k,
            PreTokenScanner.Gpt2Expression => PreTokenPattern.Gpt2,
            PreTokenScanner.O200kExpression => PreTokenPattern.O200k,
            _ => throw expression.Unsupported("the expression is none of those of GPT-2, GPT-4 and GPT-4o"),
        };
    }

    private static void CheckPostProcessor(JsonPlace processor)
    {
        if (processor.IsNull)
        {
            return;
        }
        switch (processor["type"].Text)
        {
            case "ByteLevel":
                break;
            case "Sequence":
                foreach (JsonPlace part in processor["processors"].Elements())
                {
                    CheckPostProcessor(part);
                }
                break;
            case "TemplateProcessing":
                foreach (JsonPlace part in processor["single"].Elements())
                {
                    if (!part["SpecialToken"].IsNull)
                    {
                        throw part.Unsupported("a special token added to every text is not supported");
                    }
                }
                break;
            case string other:
                throw processor["type"].Unsupported($"the post-processor {other} is not supported");
        }
    }

    private static void CheckDecoder(JsonPlace decoder)
    {
        if (decoder["type"].Text is not "ByteLevel" and string other)
        {
            throw decoder["type"].Unsupported($"the decoder {other} is not supported");
        }
    }

    private static List<AddedToken> ReadAddedTokens(JsonPlace tokens)
    {
        List<AddedToken> addedTokens = [];
        HashSet<string> contents = [];
        HashSet<int> ids = [];
        if (tokens.IsNull)
        {
            return addedTokens;
        }
        foreach (JsonPlace token in tokens.Elements())
        {
            JsonPlace content = token["content"];
            JsonPlace id = token["id"];
            if (content.Text.Length == 0 || !contents.Add(content.Text))
            {
                throw content.Damaged("the added token is empty or a repetition of another");
            }
            if (id.Integer < 0 || !ids.Add(id.Integer))
            {
                throw id.Damaged($"the id {id.Integer} is negative or another added token's");
            }
            addedTokens.Add(new AddedToken(id.Integer, content.Text)
            {
                IsSpecial = token["special"].Boolean,
                IsNormalized = token["normalized"].Boolean,
                IsSingleWord = token["single_word"].IsTrue,
                StripsLeft = token["lstrip"].IsTrue,
                StripsRight = token["rstrip"].IsTrue,
            });
        }
        return addedTokens;
    }

    private static BpeModel ReadModel(JsonPlace model, List<AddedToken> addedTokens)
    {
        // The first files of the format do not name the model's type.
        if (!model["type"].IsNull && model["type"].Text is not "BPE" and string type)
        {
            throw model["type"].Unsupported($"the model {type} is not supported");
        }
        foreach (string affix in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (!model[affix].IsNull && model[affix].Text.Length > 0)
            {
                throw model[affix].Unsupported("marks at the borders of words are not supported");
            }
        }
        if (!model["dropout"].IsNull && model["dropout"].Value is { ValueKind: JsonValueKind.Number } dropout && dropout.GetDouble() != 0)
        {
            throw model["dropout"].Unsupported("dropping merges at random is not supported");
        }
        if (model["byte_fallback"].IsTrue)
        {
            throw model["byte_fallback"].Unsupported("falling back to bytes is not supported, because every text already is bytes");
        }
        Dictionary<string, int> vocabulary = ReadVocabulary(model["vocab"], addedTokens, out byte[]?[] tokens);
        int[] byteIds = ByteIds(model["vocab"], vocabulary);
        List<BpeMerge> merges = ReadMerges(model["merges"], vocabulary);
        return new BpeModel(tokens, byteIds, merges, model["ignore_merges"].IsTrue);
    }

    private static Dictionary<string, int> ReadVocabulary(JsonPlace vocab, List<AddedToken> addedTokens, out byte[]?[] tokens)
    {
        // A file may list its added tokens in the vocabulary too.
        Dictionary<string, int> added = addedTokens.ToDictionary(token => token.Content, token => token.Id);
        Dictionary<int, string> takenIds = addedTokens.ToDictionary(token => token.Id, token => token.Content);
        Dictionary<string, int> vocabulary = [];
        List<(int Id, byte[] Bytes)> read = [];
        foreach ((string name, JsonPlace value) in vocab.Members())
        {
            int id = value.Integer;
            if (added.TryGetValue(name, out int addedId))
            {
                if (id != addedId)
                {
                    throw value.Damaged($"the id {id} is not {addedId}, the one that the same token has among the added tokens");
                }
                continue;
            }
            if (id < 0)
            {
                throw value.Damaged($"the id {id} is negative");
            }
            if (!takenIds.TryAdd(id, name))
            {
                throw value.Damaged($"the id {id} is that of the token {takenIds[id]} too");
            }
            if (!vocabulary.TryAdd(name, id))
            {
                throw value.Damaged("the token is there twice");
            }
            if (name.Length == 0 || !ByteCharacters.TryToBytes(name, out byte[]? bytes))
            {
                throw value.Unsupported("the token is not made of the characters that stand for bytes");
            }
            read.Add((id, bytes));
        }
        int largest = takenIds.Keys.DefaultIfEmpty(-1).Max();
        if (largest > 2 * takenIds.Count)
        {
            throw vocab.Damaged($"the largest id is {largest} though there are only {takenIds.Count} tokens");
        }
        tokens = new byte[]?[read.Select(token => token.Id + 1).DefaultIfEmpty(0).Max()];
        foreach ((int id, byte[] bytes) in read)
        {
            tokens[id] = bytes;
        }
        return vocabulary;
    }

    private static int[] ByteIds(JsonPlace vocab, Dictionary<string, int> vocabulary)
    {
        int[] ids = new int[256];
        for (int value = 0; value < ids.Length; value++)
        {
            string character = ByteCharacters.ToCharacters([(byte)value]);
            bool isInUtf8 = value is not (0xC0 or 0xC1 or >= 0xF5);
            ids[value] = vocabulary.TryGetValue(character, out int id) ? id
                : isInUtf8 ? throw vocab.Unsupported($"the byte 0x{value:X2} ({character}) has no token, so that not every text can be encoded")
                : -1;
        }
        return ids;
    }

    private static List<BpeMerge> ReadMerges(JsonPlace list, Dictionary<string, int> vocabulary)
    {
        List<BpeMerge> merges = [];
        foreach (JsonPlace entry in list.Elements())
        {
            string[] pair = entry.Value.ValueKind == JsonValueKind.Array
                ? [.. entry.Elements().Select(token => token.Text)]
                : entry.Text.Split(' ');
            if (pair.Length != 2)
            {
                throw entry.Damaged($"a merge is of two tokens, not {pair.Length}");
            }
            merges.Add(new BpeMerge(Id(pair[0]), Id(pair[1]), Id(pair[0] + pair[1])));

            int Id(string token) => vocabulary.TryGetValue(token, out int id)
                ? id
                : throw entry.Damaged($"the token {token} is not in the vocabulary");
        }
        return merges;
    }
}
