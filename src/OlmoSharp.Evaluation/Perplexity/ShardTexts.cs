using OlmoSharp.Data;
using OlmoSharp.Data.Shards;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>Reads the documents of token shards: ours with a side-car, Dolma's with a file of offsets, or bare ids with an end-of-text token after each document, as OLMo's evaluation sets are.</summary>
/// <param name="tokenizer">The model's.</param>
/// <param name="type">How ids of shards without a side-car are stored; null: by the tokenizer's vocabulary, as Dolma and OLMo choose.</param>
/// <param name="withEnd">Whether the end-of-text token after a document is predicted, too.</param>
internal sealed class ShardTexts(Tokenizer tokenizer, TokenType? type, bool withEnd)
{
    /// <summary>Reads the documents of a path, in their order.</summary>
    /// <exception cref="EvaluationException">The shards are damaged, of another tokenizer, or hold ids that are none of it.</exception>
    public IReadOnlyList<ShardText> Read(string path)
    {
        try
        {
            using var set = TokenShardSet.Open(path, new TokenShardSetOptions { TypeWithoutSideCar = type ?? TokenTypes.ForVocabulary(tokenizer.VocabularySize) });
            if (set.Tokenizer is { } own && own.Sha256 != tokenizer.Sha256)
            {
                throw new EvaluationException(
                    $"{path}: the shards were made with tokenizer {own.Sha256}, but the model's is {tokenizer.Sha256}; its ids would mean other texts. Evaluate the documents themselves, or write shards with the model's tokenizer.");
            }

            return [.. set.Shards.SelectMany(shard => Documents(set, shard))];
        }
        catch (DataException error)
        {
            throw new EvaluationException(error.Message, error);
        }
    }

    private IEnumerable<ShardText> Documents(TokenShardSet set, TokenShard shard)
    {
        if (shard.Entry is not null || File.Exists(ShardManifest.DocumentsPathFor(shard.Path)))
        {
            foreach (var document in shard.DocumentsIn(0, shard.TokenCount))
            {
                yield return Text(shard, document.Start, Ids(set, shard, document.Start, document.End), document.Id);
            }

            yield break;
        }

        var ids = Ids(set, shard, 0, shard.TokenCount);
        CheckType(shard, ids);
        for (var start = 0; start < ids.Length;)
        {
            var end = Array.IndexOf(ids, tokenizer.EndOfTextId, start) is >= 0 and var place ? place + 1 : ids.Length;
            yield return Text(shard, start, ids[start..end], "");
            start = end;
        }
    }

    private int[] Ids(TokenShardSet set, TokenShard shard, long start, long end)
    {
        var ids = new int[end - start];
        set.Read(shard.Offset + start, ids);
        return Array.FindIndex(ids, id => (uint)id >= (uint)tokenizer.VocabularySize) is >= 0 and var place
            ? throw new EvaluationException(
                $"{shard.Path}: token {start + place} is {(uint)ids[place]}, but the model's tokenizer has {tokenizer.VocabularySize}. The ids are another tokenizer's, or stored in another way (--dtype).")
            : ids;
    }

    private void CheckType(TokenShard shard, int[] ids)
    {
        // Four bytes read as two give every other id as 0.
        if ((type ?? TokenTypes.ForVocabulary(tokenizer.VocabularySize)) == TokenType.UInt16 && ids.Length >= 2 && ids.Length % 2 == 0 && !ids.Where((id, place) => place % 2 == 1 && id != 0).Any())
        {
            throw new EvaluationException($"{shard.Path}: every second token is 0, as if ids of four bytes were read as two; say --dtype uint32");
        }
    }

    private ShardText Text(TokenShard shard, long start, int[] ids, string id)
    {
        var place = $"{shard.Path}, token {start}";
        var text = ids is [.., var last] && last == tokenizer.EndOfTextId ? ids[..^1] : ids;
        var bytes = tokenizer.DecodeToBytes(text, skipSpecialTokens: true);
        return new(place, id.Length > 0 ? id : $"{Path.GetFileNameWithoutExtension(shard.Path)}:{start}", System.Text.Encoding.UTF8.GetString(bytes), new TokenizedText(withEnd ? ids : text, bytes.Length));
    }
}
