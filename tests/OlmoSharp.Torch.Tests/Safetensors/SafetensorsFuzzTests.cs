using System.Text;
using CsCheck;
using OlmoSharp.Fuzzing;
using OlmoSharp.Torch.Safetensors;
using Xunit;
using static OlmoSharp.Torch.Tests.Safetensors.SafetensorsBytes;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Tests.Safetensors;

public sealed class SafetensorsFuzzTests
{
    private const int DataBytes = 28;

    private static readonly string Header = "{\"__metadata__\":{\"format\":\"pt\"}," + string.Join(
        ',', Entry("a", "F32", "2", 0, 8), Entry("b", "F32", "2,1", 8, 16), Entry("model.layers.0.w", "BF16", "2,3", 16, 28)) + "}";

    private static readonly long[] Lengths = [0, 1, 2, 8, 100_000_000, 100_000_001, int.MaxValue, 1L << 32, 1L << 60, long.MaxValue, long.MinValue, -1];

    /// <summary>Whatever bytes a file consists of, opening gives a sound file or one kind of error, and never reads outside the file.</summary>
    [Fact]
    public void A_damaged_file_is_sound_or_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder["model.safetensors"];
        FuzzRun.Load("safetensors", Gen.Select(Mutation.Few, Gen.UInt, Damaged), bytes =>
        {
            System.IO.File.WriteAllBytes(path, bytes);
            try
            {
                using var scope = NewDisposeScope();
                using var file = SafetensorsFile.Open(path);
                foreach (var entry in file.Entries.Values)
                {
                    Assert.True(entry.Offset >= 8 && entry.Bytes >= 0 && entry.Offset + entry.Bytes <= bytes.Length);
                    file.CopyTo(entry.Name, empty([.. entry.Shape], entry.Dtype));
                }

                return true;
            }
            catch (TorchException e)
            {
                Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
                return false;
            }
        });
    }

    private static byte[] Damaged(Mutation[] mutations, uint frame)
    {
        var json = mutations.Aggregate(Encoding.UTF8.GetBytes(Header), JsonMutation.Apply);
        // Mostly the frame fits the header, so that the header's own faults are reached.
        byte[] file = [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[DataBytes]];
        var mutation = mutations[0] with { Kind = frame / 8 };
        switch (frame % 8)
        {
            case 0:
                return ByteMutation.Apply(file, mutation);
            case 1:
                BitConverter.TryWriteBytes(file, Lengths[mutation.Kind % Lengths.Length]);
                return file;
            case 2:
                BitConverter.TryWriteBytes(file, json.Length + (long)(mutation.Kind % 5) - 2);
                return file;
            case 3:
                return [.. file, .. new byte[mutation.Kind % 20]];
            default:
                return file;
        }
    }
}
