using System.Runtime.InteropServices;
using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Models;
using static TorchSharp.torch;

namespace OlmoSharp.Analysis.Parity;

/// <summary>
/// Writes what a model computes, number by number, to be compared with another implementation: <c>logits_{i}.f32</c> for each sequence,
/// <c>router_{i}_{layer}.f32</c> for each sparse layer, and <c>logits.json</c>.
/// </summary>
public static class LogitsExport
{
    /// <summary>Name of the file with shapes and cross entropies.</summary>
    public const string SummaryFile = "logits.json";

    // 64 rows of a vocabulary of 100,000 take 26 MB, whatever the sequence's length.
    private const int RowsAtOnce = 64;

    /// <summary>Computes and writes the logits of sequences, each by itself.</summary>
    /// <param name="model">The model.</param>
    /// <param name="sequences">Ids that <see cref="TokenSequences"/> has checked.</param>
    /// <param name="output">The folder to make; it appears when all files are whole.</param>
    /// <param name="router">Whether to write router logits too.</param>
    /// <param name="progress">Called with the tokens done so far.</param>
    /// <param name="cancellation">Stops between sequences and leaves nothing.</param>
    /// <exception cref="AnalysisException">The folder exists, the disk refuses, or a dense model is asked for router logits.</exception>
    public static LogitsSummary Write(
        Transformer model, IReadOnlyList<long[]> sequences, string output, bool router, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        if (router && model.Config.Experts == 0)
        {
            throw new AnalysisException("the model has no experts, so it has no router logits; leave --router out");
        }

        if (Directory.Exists(output) || File.Exists(output))
        {
            throw new AnalysisException($"{output}: is there already; give the name of a new folder");
        }

        var summary = new LogitsSummary(null, 0, []);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
            AtomicFolder.Write(output, folder =>
            {
                summary = WriteFiles(model, sequences, folder, router, progress, cancellation);
                File.WriteAllBytes(Path.Combine(folder, SummaryFile), [.. JsonSerializer.SerializeToUtf8Bytes(summary, LogitsSummary.Json), (byte)'\n']);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AnalysisException($"{output}: cannot be written: {e.Message}", e);
        }

        return summary;
    }

    private static LogitsSummary WriteFiles(
        Transformer model, IReadOnlyList<long[]> sequences, string folder, bool router, Action<long>? progress, CancellationToken cancellation)
    {
        var (total, predicted, done) = (0.0, 0L, 0L);
        List<SequenceLogits> written = [];
        for (var i = 0; i < sequences.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            using var routing = router ? new Routing() : null;
            var ids = sequences[i];
            var hidden = model.Hidden(tensor(ids, device: model.Device).unsqueeze(0), routing: routing)[0];
            var name = $"logits_{i}.f32";
            double sum;
            using (var file = File.Create(Path.Combine(folder, name)))
            {
                sum = WriteRows(model, hidden, ids, file);
            }

            List<string> routers = [];
            foreach (var layer in routing?.Layers ?? [])
            {
                routers.Add($"router_{i}_{layer.Layer}.f32");
                using var file = File.Create(Path.Combine(folder, routers[^1]));
                Append(file, layer.Logits);
            }

            written.Add(new(
                name, [ids.Length, model.Config.VocabularySize], ids.Length > 1 ? sum / (ids.Length - 1) : null, routers, router ? [ids.Length, model.Config.Experts] : null));
            total += sum;
            predicted += ids.Length - 1;
            done += ids.Length;
            progress?.Invoke(done);
        }

        return new(predicted > 0 ? total / predicted : null, predicted, written);
    }

    /// <summary>Writes the logits block by block and returns the sum of the cross entropies.</summary>
    private static double WriteRows(Transformer model, Tensor hidden, long[] ids, Stream file)
    {
        var sum = 0.0;
        for (var begin = 0; begin < ids.Length; begin += RowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(RowsAtOnce, ids.Length - begin);
            var logits = model.Logits(hidden.narrow(0, begin, rows)).to_type(ScalarType.Float32).cpu();
            Append(file, logits);
            var predicted = Math.Min(rows, ids.Length - 1 - begin);
            if (predicted > 0)
            {
                var targets = tensor(ids.AsSpan(begin + 1, predicted).ToArray()).unsqueeze(1);
                sum -= logits.narrow(0, 0, predicted).to_type(ScalarType.Float64).log_softmax(-1).gather(1, targets).sum().item<double>();
            }
        }

        return sum;
    }

    private static void Append(Stream file, Tensor values)
    {
        using var scope = NewDisposeScope();
        file.Write(MemoryMarshal.AsBytes(values.cpu().contiguous().data<float>().ToArray().AsSpan()));
    }
}
