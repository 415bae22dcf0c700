using CsCheck;
using OlmoSharp.Fuzzing;
using OlmoSharp.Models.Gguf;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Models.Tests.Gguf;

public sealed class GgufFuzzTests
{
    /// <summary>Rows of 256 and of 32 elements give q4_k_m all its types.</summary>
    [Theory]
    [InlineData(ModelFamily.Olmo2, "q8_0", 64)]
    [InlineData(ModelFamily.Olmo, "q4_k_m", 256)]
    [InlineData(ModelFamily.Olmoe, "q4_k_m", 256)]
    public void A_damaged_gguf_is_sound_or_refused(ModelFamily family, string type, int width)
    {
        using var folder = new TemporaryFolder();
        Save(folder, GgufSamples.Of(family) with { Layers = 1, HiddenSize = width, IntermediateSize = 32 });
        GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse(type));
        var structure = new GgufStructure(File.ReadAllBytes(folder["model.gguf"]));
        FuzzRun.Load($"GGUF of {family}, {type}", Mutation.Few.Select(structure.Damaged), bytes =>
        {
            File.WriteAllBytes(folder["mutant.gguf"], bytes);
            try
            {
                var (model, tokenizer) = GgufModel.Load(folder["mutant.gguf"]);
                using var scope = NewDisposeScope();
                using (model)
                {
                    model.Logits(model.Hidden(zeros(1, 1, dtype: ScalarType.Int64)));
                }

                Assert.NotEmpty(tokenizer);
                return true;
            }
            catch (ModelException e)
            {
                Assert.StartsWith(folder["mutant.gguf"], e.Message, StringComparison.Ordinal);
                return false;
            }
        }, share: 0.5);
    }

    /// <summary>A conversion reads the tokenizer's files itself. Fewer, because each writes a file and flushes it to disk.</summary>
    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    public void Damaged_tokenizer_files_are_converted_or_refused(string file)
    {
        using var folder = new TemporaryFolder();
        Save(folder, GgufSamples.Config with { Layers = 1 });
        var original = File.ReadAllBytes(folder[file]);
        FuzzRun.Load($"{file} to GGUF", Mutation.Few.Select(mutations => mutations.Aggregate(original, JsonMutation.Apply)), mutant =>
        {
            File.WriteAllBytes(folder[file], mutant);
            try
            {
                GgufExport.Write(folder.Path, folder["model.gguf"], GgufFileType.Parse("f16"));
                GgufFile.Open(folder["model.gguf"]).Dispose();
                return true;
            }
            catch (ModelException e)
            {
                Assert.StartsWith(folder[file], e.Message, StringComparison.Ordinal);
                return false;
            }
        }, share: 0.1);
    }

    private static void Save(TemporaryFolder folder, ModelConfig config)
    {
        using var model = SampleModels.Random(config, 7);
        GgufSamples.Save(model, folder.Path);
    }

    /// <summary>Where the numbers of a sound file's header are, read from the specification's layout.</summary>
    private sealed class GgufStructure
    {
        private static readonly ulong[] Numbers =
        [
            0, 1, 2, 3, 4, 7, 8, 9, 10, 12, 13, 31, 32, 33, 64, 100, 255, 256, 65_535, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 40, 1UL << 60,
            long.MaxValue, 1UL << 63, ulong.MaxValue,
        ];

        private readonly byte[] _sound;
        private readonly List<(int At, int Size)> _fields = [];
        private readonly List<Range> _names = [];
        private int _at = 4;

        public GgufStructure(byte[] sound)
        {
            _sound = sound;
            Field(4);
            var tensors = Field(8);
            var pairs = Field(8);
            for (ulong i = 0; i < pairs; i++)
            {
                Name();
                Value((uint)Field(4));
            }

            for (ulong i = 0; i < tensors; i++)
            {
                Name();
                var dimensions = Field(4);
                for (ulong d = 0; d < dimensions; d++)
                {
                    Field(8);
                }

                Field(4);
                Field(8);
            }
        }

        public byte[] Damaged(Mutation[] mutations)
        {
            var bytes = _sound;
            foreach (var mutation in mutations)
            {
                bytes = Damage(bytes, mutation);
            }

            return bytes;
        }

        private byte[] Damage(byte[] bytes, Mutation mutation)
        {
            var (at, size) = _fields[(int)(mutation.Place % _fields.Count)];
            var name = _names[(int)(mutation.Place % _names.Count)];
            var other = _names[(int)(mutation.Value % _names.Count)];
            var (otherAt, otherSize) = _fields[(int)(mutation.Value % _fields.Count)];
            if (bytes.Length < _at || mutation.Kind % 8 == 0)
            {
                // Mostly in the header: damage to weights only changes numbers.
                return ByteMutation.Apply(bytes, mutation with { Kind = mutation.Kind / 8, Place = mutation.Kind % 3 == 0 ? mutation.Place : mutation.Place % (uint)_at });
            }

            var damaged = bytes.ToArray();
            switch (mutation.Kind % 8)
            {
                case 1 or 2 or 3:
                    BitConverter.GetBytes(Numbers[mutation.Value % Numbers.Length]).AsSpan(0, size).CopyTo(damaged.AsSpan(at));
                    break;
                case 4:
                    damaged[at] += (byte)(mutation.Value % 2 == 0 ? 1 : 255);
                    break;
                case 5:
                    bytes.AsSpan(otherAt, Math.Min(size, otherSize)).CopyTo(damaged.AsSpan(at));
                    break;
                case 6:
                    // Another name for a key or a tensor; an earlier one makes it a duplicate.
                    return [.. bytes[..(name.Start.Value - 8)], .. BitConverter.GetBytes((ulong)(other.End.Value - other.Start.Value)), .. bytes[other], .. bytes[name.End..]];
                default:
                    "\u00FF\uFFFD"u8.CopyTo(damaged.AsSpan(name.Start.Value));
                    damaged[name.Start.Value] = (byte)mutation.Value;
                    break;
            }

            return damaged;
        }

        private ulong Field(int size)
        {
            _fields.Add((_at, size));
            Span<byte> number = stackalloc byte[8];
            _sound.AsSpan(_at, size).CopyTo(number);
            _at += size;
            return BitConverter.ToUInt64(number);
        }

        private void Name()
        {
            var length = (int)Field(8);
            _names.Add(_at..(_at + length));
            _at += length;
        }

        private void Value(uint type)
        {
            switch (type)
            {
                case 8:
                    var length = (int)Field(8);
                    _at += length;
                    break;
                case 9:
                    var element = (uint)Field(4);
                    var count = Field(8);
                    for (ulong i = 0; i < count; i++)
                    {
                        Skip(element);
                    }

                    break;
                default:
                    Field(SizeOf(type));
                    break;
            }
        }

        private void Skip(uint type) => _at += type == 8 ? 8 + (int)BitConverter.ToUInt64(_sound, _at) : SizeOf(type);

        private static int SizeOf(uint type) => type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 4 or 5 or 6 => 4, _ => 8 };
    }
}
