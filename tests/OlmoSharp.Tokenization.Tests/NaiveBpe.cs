using System.Text;
using System.Text.Json.Nodes;

namespace OlmoSharp.Tokenization.Tests;

/// <summary>BPE by its definition on strings: looks through all pairs for the merge with the least rank, does it at its leftmost place, and begins again.
/// Shares no code with the product.</summary>
internal sealed class NaiveBpe
{
    private readonly Dictionary<(string, string), int> _ranks = [];
    private readonly Dictionary<string, int> _ids = [];
    private readonly string[] _byteCharacters;

    public NaiveBpe(byte[] tokenizerJson)
    {
        JsonNode model = JsonNode.Parse(tokenizerJson)!["model"]!;
        foreach (JsonNode? merge in model["merges"]!.AsArray())
        {
            string[] pair = merge!.GetValue<string>().Split(' ');
            _ranks[(pair[0], pair[1])] = _ranks.Count;
        }
        foreach ((string token, JsonNode? id) in model["vocab"]!.AsObject())
        {
            _ids[token] = id!.GetValue<int>();
        }
        // GPT-2's bytes_to_unicode, written out as its ranges.
        List<int> printable = [.. Enumerable.Range(33, 94), .. Enumerable.Range(161, 12), .. Enumerable.Range(174, 82)];
        _byteCharacters = [.. Enumerable.Range(0, 256).Select(value => printable.Contains(value)
            ? ((char)value).ToString()
            : ((char)(256 + Enumerable.Range(0, value).Count(smaller => !printable.Contains(smaller)))).ToString())];
    }

    public int[] Encode(string preToken)
    {
        List<string> parts = [.. Encoding.UTF8.GetBytes(preToken).Select(value => _byteCharacters[value])];
        while (true)
        {
            int best = -1;
            for (int i = 0; i + 1 < parts.Count; i++)
            {
                if (_ranks.TryGetValue((parts[i], parts[i + 1]), out int rank) && (best < 0 || rank < _ranks[(parts[best], parts[best + 1])]))
                {
                    best = i;
                }
            }
            if (best < 0)
            {
                return [.. parts.Select(part => _ids[part])];
            }
            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }
    }
}
