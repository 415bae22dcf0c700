using System.Runtime.InteropServices;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Deduplication.Keys;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>A key for every band of a document's signature: documents that share a key are candidates for near-duplicates.</summary>
/// <param name="config">The signature's shape.</param>
/// <param name="rules">Which documents are compared at all.</param>
/// <param name="lengths">Receives the bytes of each text (u32), if they matter.</param>
/// <param name="signatures">Receives each signature, zeros where there is none, if they matter.</param>
internal sealed class MinHashKeys(MinHashDedupeConfig config, KeyRules rules, Stream? lengths, Stream? signatures) : KeySource(rules)
{
    private readonly MinHashSigner _signer = new(config.Ngram, config.Bands * config.Rows, config.Seed);
    private readonly uint[] _signature = new uint[config.Bands * config.Rows];
    private readonly KeyHash[] _keys = new KeyHash[config.Bands];

    public override void Write(DocumentView document, KeyWriter keys)
    {
        var text = document.Text;
        var kind = Rules.Judge(text);
        if (kind == KeyKind.Whole && !_signer.TrySign(text, _signature))
        {
            kind = KeyKind.NoWords;
        }

        lengths?.Write(BitConverter.GetBytes(text.Length));
        if (kind == KeyKind.Whole)
        {
            for (var band = 0; band < _keys.Length; band++)
            {
                _keys[band] = KeyHash.Of(MemoryMarshal.AsBytes(_signature.AsSpan(band * config.Rows, config.Rows)), (ulong)band);
            }

            keys.Add(KeyKind.Bands, _keys);
        }
        else
        {
            Array.Clear(_signature);
            keys.Skip(kind);
        }

        signatures?.Write(MemoryMarshal.AsBytes(_signature.AsSpan()));
    }
}
