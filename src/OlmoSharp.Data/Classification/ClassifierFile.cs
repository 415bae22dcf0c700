using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Classification;

/// <summary>
/// The files of models: fastText's format (version 12, little-endian) and, where the model was trained here, after it: <c>OLMOCLSF</c>, version u32 (1), length u32 of
/// the training's options as JSON, these, and the XXH128 of everything before. Such a file has 0 for fastText's <c>ws</c>, so that it cannot lose its end unnoticed.
/// </summary>
internal static class ClassifierFile
{
    private const int FastTextMagic = 793712314;
    private const int FastTextVersion = 12;
    private const int Supervised = 3;
    private const int MostOptionBytes = 1 << 16;
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static ReadOnlySpan<byte> Magic => "OLMOCLSF"u8;

    /// <summary>Reads a model.</summary>
    public static TextClassifier Read(string path)
    {
        using var reader = new ModelFileReader(path);
        if (reader.Remaining < 8 || reader.Read<int>("the magic number") != FastTextMagic)
        {
            throw new DataException($"{path}: is not a classifier (it does not begin with fastText's magic number). Name a file of olmo data classifier train, or a .bin or .ftz model of fastText.");
        }

        var version = reader.Read<int>("the version");
        if (version is not (11 or FastTextVersion))
        {
            throw new DataException($"{path}: is a fastText model of version {version}; versions 11 and 12 can be read.");
        }

        var (shape, window) = ReadShape(reader, path, version);
        var (vocabulary, kept) = ReadVocabulary(reader, shape);
        var input = ReadMatrix(reader, reader.ReadFlag("the flag of a quantized input"), "the input matrix", shape.Dimensions, out var isQuantized);
        var quantizesOutput = reader.ReadFlag("the flag of a quantized output");
        var output = ReadMatrix(reader, isQuantized && quantizesOutput, "the output matrix", shape.Dimensions, out _);
        Check(reader, shape, vocabulary, kept, input, output);
        return new TextClassifier(shape, vocabulary, input, output) { Kept = kept, Training = ReadTraining(reader, window) };
    }

    /// <summary>Writes a model that was trained here.</summary>
    public static void Write(TextClassifier model, string path)
    {
        try
        {
            using var file = new AtomicFile(path);
            var hash = new XxHash128();
            WriteShape(model.Shape);
            WriteVocabulary(model.Vocabulary);
            WriteMatrix((DenseRows)model.Input);
            WriteMatrix((DenseRows)model.Output);
            var options = JsonSerializer.SerializeToUtf8Bytes(model.Training, Json);
            Write(Magic);
            WriteInts(1, options.Length);
            Write(options);
            var sum = hash.GetCurrentHashAsUInt128();
            Write(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in sum)));
            file.Complete();

            void Write(ReadOnlySpan<byte> bytes)
            {
                file.Stream.Write(bytes);
                hash.Append(bytes);
            }

            void WriteInts(params ReadOnlySpan<int> values) => Write(MemoryMarshal.AsBytes(values));

            void WriteLongs(params ReadOnlySpan<long> values) => Write(MemoryMarshal.AsBytes(values));

            void WriteShape(ClassifierShape shape)
            {
                WriteInts(FastTextMagic, FastTextVersion, shape.Dimensions, 0, model.Training!.Epochs, model.Training.MinCount, 0, shape.WordNGrams, (int)shape.Loss, Supervised);
                WriteInts(shape.Buckets, shape.MinChars, shape.MaxChars, 100);
                WriteLongs(BitConverter.DoubleToInt64Bits(1e-4));
            }

            void WriteVocabulary(ClassifierVocabulary vocabulary)
            {
                WriteInts(vocabulary.Count, vocabulary.Words, vocabulary.Labels);
                WriteLongs(vocabulary.Counts.Sum(), -1);
                for (var id = 0; id < vocabulary.Count; id++)
                {
                    Write(vocabulary[id]);
                    Write([0]);
                    WriteLongs(vocabulary.Counts[id]);
                    Write([(byte)(id < vocabulary.Words ? 0 : 1)]);
                }
            }

            void WriteMatrix(DenseRows rows)
            {
                Write([0]);
                WriteLongs(rows.Rows, model.Shape.Dimensions);
                for (var row = 0; row < rows.Rows; row++)
                {
                    Write(MemoryMarshal.AsBytes(rows[row]));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be written: {error.Message} Free the disk or choose another folder.", error);
        }
    }

    private static (ClassifierShape Shape, int Window) ReadShape(ModelFileReader reader, string path, int version)
    {
        var dimensions = reader.ReadCount("the length of vectors", 1, 1 << 20);
        var window = reader.Read<int>("ws");
        reader.ReadMany<int>("the options", 3);
        var wordNGrams = reader.ReadCount("the length of word n-grams", 0, 1 << 10);
        var loss = (ClassifierLoss)reader.ReadCount("the loss", 1, 4);
        if (reader.Read<int>("the kind of model") is not Supervised and var kind)
        {
            throw kind is 1 or 2
                ? new DataException($"{path}: is a fastText model of word vectors, which has no labels. Name a supervised one.")
                : reader.Damaged($"the kind of model is {kind}");
        }

        var shape = new ClassifierShape
        {
            Dimensions = dimensions,
            WordNGrams = wordNGrams,
            Loss = loss,
            Buckets = reader.ReadCount("the number of buckets", 0, int.MaxValue),
            MinChars = reader.ReadCount("the shortest character n-gram", 0, 1 << 10),
            // Version 11 wrote a length that its classifiers did not use.
            MaxChars = reader.ReadCount("the longest character n-gram", 0, 1 << 10) is var longest && version == 11 ? 0 : longest,
        };
        reader.Read<int>("the options");
        reader.Read<double>("the options");
        return shape.HasNGrams && shape.Buckets == 0 ? throw reader.Damaged("there are n-grams but no buckets") : (shape, window);
    }

    private static (ClassifierVocabulary Vocabulary, Dictionary<int, int>? Kept) ReadVocabulary(ModelFileReader reader, ClassifierShape shape)
    {
        const int leastEntryBytes = 10;
        var size = reader.ReadCount("the number of words and labels", 1, (int)Math.Min(Array.MaxLength, reader.Remaining / leastEntryBytes));
        var words = reader.ReadCount("the number of words", 0, size - 1);
        reader.ReadCount("the number of labels", size - words, size - words);
        reader.Read<long>("the number of tokens");
        var pruned = reader.Read<long>("the number of kept buckets");
        var text = new List<byte>();
        var (ends, counts) = (new int[size], new long[size]);
        for (var id = 0; id < size; id++)
        {
            reader.ReadText("a word", text);
            ends[id] = text.Count;
            counts[id] = reader.Read<long>("the count of a word");
            reader.ReadCountOfByte("the kind of a word", id < words ? 0 : 1);
        }

        if (shape.Loss == ClassifierLoss.HierarchicalSoftmax && !LabelTree.IsPossible(counts.AsSpan(words)))
        {
            throw reader.Damaged("the count of a label is negative or beyond all measure");
        }

        Dictionary<int, int>? kept = null;
        if (pruned >= 0)
        {
            var pairs = reader.ReadMany<int>("the kept buckets", 2 * pruned);
            kept = new Dictionary<int, int>(pairs.Length / 2);
            for (var i = 0; i < pairs.Length; i += 2)
            {
                kept[pairs[i]] = pairs[i + 1];
            }
        }

        return (new ClassifierVocabulary([.. text], ends, counts, words), kept);
    }

    private static void ReadCountOfByte(this ModelFileReader reader, string what, int expected)
    {
        if (reader.Read<byte>(what) is var value && value != expected)
        {
            throw reader.Damaged($"{what} is {value}, not {expected}: words come first, then labels");
        }
    }

    private static RowMatrix ReadMatrix(ModelFileReader reader, bool quantized, string what, int columns, out bool isQuantized)
    {
        isQuantized = quantized;
        return quantized ? ReadQuantized(reader, what, columns) : ReadDense(reader, what, columns);
    }

    private static DenseRows ReadDense(ModelFileReader reader, string what, int columns)
    {
        var rows = ReadSize(reader, what, columns, sizeof(float) * columns);
        return new DenseRows(reader.ReadMany<float>(what, rows * columns), columns);
    }

    private static QuantizedRows ReadQuantized(ModelFileReader reader, string what, int columns)
    {
        var hasNorms = reader.ReadFlag($"the flag of lengths of {what}");
        var rows = ReadSize(reader, what, columns, 1);
        var codes = reader.ReadMany<byte>($"the codes of {what}", reader.Read<int>($"the size of {what}"));
        var parts = ReadCodebook(reader, what, columns);
        if (codes.LongLength != rows * parts.Count)
        {
            throw reader.Damaged($"{what} has {codes.Length} codes for {rows} × {parts.Count} parts");
        }

        return hasNorms
            ? new QuantizedRows(codes, parts, reader.ReadMany<byte>($"the lengths of {what}", rows), ReadCodebook(reader, what, 1).Codewords)
            : new QuantizedRows(codes, parts, null, default);
    }

    private static ProductCodebook ReadCodebook(ModelFileReader reader, string what, int columns)
    {
        reader.ReadCount($"the width of the codebook of {what}", columns, columns);
        var count = reader.ReadCount($"the parts of {what}", 1, columns);
        var length = reader.ReadCount($"the length of a part of {what}", 1, columns);
        var last = reader.ReadCount($"the length of the last part of {what}", 1, length);
        return (long)(count - 1) * length + last == columns
            ? new ProductCodebook(count, length, last, reader.ReadMany<float>($"the codebook of {what}", (long)columns * ProductCodebook.Size))
            : throw reader.Damaged($"the parts of {what} do not add up to {columns}");
    }

    private static long ReadSize(ModelFileReader reader, string what, int columns, int rowBytes)
    {
        var (rows, width) = (reader.Read<long>($"the rows of {what}"), reader.Read<long>($"the columns of {what}"));
        return rows > 0 && rows <= reader.Remaining / rowBytes && width == columns ? rows : throw reader.Damaged($"{what} is said to have {rows} rows of {width}");
    }

    private static void Check(
        ModelFileReader reader, ClassifierShape shape, ClassifierVocabulary vocabulary, Dictionary<int, int>? kept, RowMatrix input, RowMatrix output)
    {
        var nGrams = input.Rows - vocabulary.Words;
        if (kept is null ? nGrams != (shape.HasNGrams ? shape.Buckets : nGrams) || nGrams < 0 : kept.Values.Any(place => place < 0 || place >= nGrams))
        {
            throw reader.Damaged($"the input matrix has {input.Rows} rows, which does not fit {vocabulary.Words} words and {kept?.Count ?? shape.Buckets} buckets");
        }

        if (output.Rows != vocabulary.Labels)
        {
            throw reader.Damaged($"the output matrix has {output.Rows} rows for {vocabulary.Labels} labels");
        }
    }

    private static ClassifierTraining? ReadTraining(ModelFileReader reader, int window)
    {
        if (reader.Remaining == 0)
        {
            return window == 0 ? throw reader.Damaged("the part with the checksum is missing") : null;
        }

        if (reader.Remaining < Magic.Length + 8 || !reader.ReadMany<byte>("the end", Magic.Length).AsSpan().SequenceEqual(Magic) || reader.Read<int>("the end") != 1)
        {
            throw reader.Damaged("something else follows the model");
        }

        var options = reader.ReadMany<byte>("the options of the training", reader.ReadCount("the length of the options", 0, MostOptionBytes));
        var end = reader.Position;
        var sum = reader.Read<UInt128>("the checksum");
        if (reader.Remaining > 0 || reader.HashOf(end) != sum)
        {
            throw reader.Damaged("its bytes do not have the checksum that it states");
        }

        try
        {
            return JsonSerializer.Deserialize<ClassifierTraining>(options, Json);
        }
        catch (JsonException error)
        {
            throw reader.Damaged($"the options of the training are no JSON that is known here: {error.Message}");
        }
    }
}
