using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>
/// The file of profiles: "OLMOLANG", a version, then Brotli around a JSON head (languages, calibration) and the n-grams in ascending order, each as how many characters it shares with the one before,
/// the rest of it, and for each language that has it the distance from the language before and the count, which is kept to a quarter of an octave. Numbers are unsigned LEB128.
/// </summary>
internal static class LanguageProfileFile
{
    private const byte Version = 1;
    private const int StepsPerOctave = 4;

    private static ReadOnlySpan<byte> Magic => "OLMOLANG"u8;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter<WritingSystem>() },
    };

    /// <summary>What a count is after it was written and read.</summary>
    public static int Rounded(int count) => Restored(Steps(count));

    public static void Write(LanguageProfiles profiles, string path)
    {
        using var file = new AtomicFile(path);
        file.Stream.Write([.. Magic, Version]);
        using (var packed = new BrotliStream(file.Stream, CompressionLevel.SmallestSize, leaveOpen: true))
        using (var writer = new BinaryWriter(packed, Encoding.UTF8))
        {
            var head = JsonSerializer.SerializeToUtf8Bytes(new Head(profiles.Calibration, profiles.Languages), Json);
            writer.Write7BitEncodedInt(head.Length);
            writer.Write(head);
            writer.Write7BitEncodedInt(profiles.Entries.Count);
            var before = "";
            foreach (var entry in profiles.Entries)
            {
                var shared = before.AsSpan().CommonPrefixLength(entry.Text);
                writer.Write7BitEncodedInt(shared);
                writer.Write(entry.Text[shared..]);
                writer.Write7BitEncodedInt(entry.Counts.Count);
                var last = -1;
                foreach (var (language, count) in entry.Counts)
                {
                    writer.Write7BitEncodedInt(language - last - 1);
                    last = language;
                }

                foreach (var (_, count) in entry.Counts)
                {
                    writer.Write7BitEncodedInt(Steps(count));
                }

                before = entry.Text;
            }
        }

        file.Complete();
    }

    public static LanguageProfiles Read(Stream source, string name)
    {
        try
        {
            using var stream = new MemoryStream();
            source.CopyTo(stream);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
            stream.Position = 0;
            Span<byte> start = stackalloc byte[Magic.Length + 1];
            if (stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !start.StartsWith(Magic))
            {
                throw new EvaluationException($"{name}: this is no file of language profiles; make one with 'olmo calmqa train-profiles'");
            }

            if (start[^1] != Version)
            {
                throw new EvaluationException($"{name}: version {start[^1]} of language profiles is not known here (only {Version}); make the file again with 'olmo calmqa train-profiles'");
            }

            using var reader = new BinaryReader(new BufferedStream(new BrotliStream(stream, CompressionMode.Decompress), 1 << 16), Encoding.UTF8);
            var head = JsonSerializer.Deserialize<Head>(reader.ReadBytes(reader.Read7BitEncodedInt()), Json) ?? throw new InvalidDataException("the head is null");
            var entries = new NGramEntry[reader.Read7BitEncodedInt()];
            var before = "";
            for (var i = 0; i < entries.Length; i++)
            {
                before = string.Concat(before.AsSpan(0, reader.Read7BitEncodedInt()), reader.ReadString());
                var counts = new (int Language, int Count)[reader.Read7BitEncodedInt()];
                var last = -1;
                for (var j = 0; j < counts.Length; j++)
                {
                    counts[j].Language = last += reader.Read7BitEncodedInt() + 1;
                }

                if (before.Length == 0 || last >= head.Languages.Count)
                {
                    throw new InvalidDataException($"n-gram {i} is of a language that is not there, or empty");
                }

                for (var j = 0; j < counts.Length; j++)
                {
                    counts[j].Count = Restored(reader.Read7BitEncodedInt());
                }

                entries[i] = new(before, counts);
            }

            return new(head.Languages, entries, head.Calibration, sha256);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or JsonException or FormatException or ArgumentException or OverflowException or InvalidOperationException)
        {
            throw new EvaluationException($"{name}: the language profiles are damaged ({exception.Message}); make the file again with 'olmo calmqa train-profiles'", exception);
        }
    }

    private static int Steps(int count) => (int)Math.Round(StepsPerOctave * Math.Log2(count));

    private static int Restored(int steps) => (int)Math.Max(1, Math.Round(Math.Pow(2, (double)steps / StepsPerOctave)));

    private sealed record Head(LanguageCalibration Calibration, IReadOnlyList<LanguageProfile> Languages);
}
