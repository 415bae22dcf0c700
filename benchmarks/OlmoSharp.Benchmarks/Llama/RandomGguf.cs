using System.Text.Json.Nodes;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Benchmarks.Llama;

/// <summary>
/// GGUF files of random weights, N(0, 0.02²), norms about 1. Numbers are encoded once; every row of a matrix is cut from them at random places, so that gigabytes are
/// written as fast as the disk takes them. The same shape and type give the same bytes.
/// </summary>
internal static class RandomGguf
{
    private const int Version = 1;
    private const int PoolElements = 1 << 22;
    private const int PieceElements = 1024;
    private const double Deviation = 0.02;

    /// <summary>Finds the file of a shape and type in a folder, or makes it.</summary>
    /// <returns>Its path.</returns>
    public static string Require(LlamaShape shape, GgufFileType type, string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{shape.Name}-{type.Name}-{Version}.gguf");
        if (!File.Exists(path))
        {
            Write(shape.Config, type, path);
        }

        return path;
    }

    /// <summary>Bytes of weights that one token reads in all layers and the output projection.</summary>
    public static long BytesAToken(ModelConfig config, GgufFileType type)
        => GgufArchitecture.Of(config, "").Tensors(config).Where(tensor => tensor.Role != GgufTensorRole.Embedding)
            .Sum(tensor => type.TypeOf(tensor, config).BytesOf(Elements(tensor)) / tensor.Parts * Math.Min(tensor.Parts, Math.Max(1, config.ExpertsPerToken)));

    private static long Elements(GgufTensorLayout tensor) => tensor.Shape.Aggregate(1L, (product, size) => product * size);

    private static void Write(ModelConfig config, GgufFileType type, string path)
    {
        var architecture = GgufArchitecture.Of(config, path);
        var pools = new Dictionary<GgufTensorType, byte[]>();
        List<(string, object)> metadata =
        [
            ("general.architecture", architecture.Name),
            ("general.type", "model"),
            ("general.name", Path.GetFileNameWithoutExtension(path)),
            ("general.file_type", type.Id),
            ("general.quantization_version", 2u),
            .. architecture.Settings(config),
            .. Tokenizer(config),
        ];
        GgufWriter.Write(path, metadata, [.. architecture.Tensors(config).Select((tensor, number) => new GgufTensorSource(tensor.Name, type.TypeOf(tensor, config), tensor.Shape, [])
        {
            WriteStored = stream => WriteTensor(stream, tensor, type.TypeOf(tensor, config), new Random(number), pools),
        })]);
    }

    private static void WriteTensor(Stream stream, GgufTensorLayout tensor, GgufTensorType type, Random random, Dictionary<GgufTensorType, byte[]> pools)
    {
        var row = (int)tensor.Shape[^1];
        if (tensor.Shape.Count == 1)
        {
            var norm = new float[row];
            Array.ForEach(Enumerable.Range(0, row).ToArray(), i => norm[i] = 1 + (float)(0.1 * Normal(random)));
            var bytes = new byte[type.BytesOf(row)];
            type.Encode(norm, bytes);
            stream.Write(bytes);
            return;
        }

        if (!pools.TryGetValue(type, out var pool))
        {
            pools.Add(type, pool = Pool(type));
        }

        for (long begin = 0, end = Elements(tensor); begin < end;)
        {
            // Pieces of whole blocks that end with the row, so that no two rows are the same.
            var length = (int)Math.Min(PieceElements, row - begin % row);
            var at = type.BytesOf((long)random.Next((PoolElements - length) / type.BlockElements) * type.BlockElements);
            stream.Write(pool, (int)at, (int)type.BytesOf(length));
            begin += length;
        }
    }

    private static byte[] Pool(GgufTensorType type)
    {
        var random = new Random(1);
        var values = new float[PoolElements];
        foreach (ref var value in values.AsSpan())
        {
            value = (float)(Deviation * Normal(random));
        }

        var bytes = new byte[type.BytesOf(PoolElements)];
        type.Encode(values, bytes);
        return bytes;
    }

    // Box and Muller 1958.
    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>A tokenizer of single bytes, for llama.cpp loads no model without one.</summary>
    private static IReadOnlyList<(string Key, object Value)> Tokenizer(ModelConfig config)
    {
        // Bytes as GPT-2 writes them: printable ones as themselves, the others as the characters from 256 on.
        var printable = Enumerable.Range('!', '~' - '!' + 1).Concat(Enumerable.Range('¡', '¬' - '¡' + 1)).Concat(Enumerable.Range('®', 'ÿ' - '®' + 1)).ToHashSet();
        var vocabulary = new JsonObject();
        var shifted = 256;
        for (var value = 0; value < 256; value++)
        {
            vocabulary.Add(((char)(printable.Contains(value) ? value : shifted++)).ToString(), value);
        }

        vocabulary.Add("aa", 256);
        var folder = Directory.CreateTempSubdirectory("olmosharp-llama-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "tokenizer.json"), new JsonObject
            {
                ["added_tokens"] = new JsonArray(new JsonObject { ["id"] = config.EndOfTextId, ["content"] = "<|endoftext|>", ["special"] = true }),
                ["pre_tokenizer"] = new JsonObject
                {
                    ["type"] = "Sequence",
                    ["pretokenizers"] = new JsonArray(
                        GgufSplitting.All[0].ToJson(), new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = false }),
                },
                ["model"] = new JsonObject { ["type"] = "BPE", ["vocab"] = vocabulary, ["merges"] = new JsonArray("a a") },
            }.ToJsonString());
            return GgufTokenizer.Write(folder.FullName, config);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
