using OlmoSharp.Models.HuggingFace;
using static TorchSharp.torch;

namespace OlmoSharp.Analysis.Parity;

/// <summary>How two model folders differ.</summary>
/// <param name="Config">Fields of <c>config.json</c> that differ, as <c>key: a | b</c>.</param>
/// <param name="Structure">Tensors that only one has, or whose shapes differ, in words.</param>
/// <param name="Tensors">The tensors of the same name and shape, in the order of the first folder.</param>
public sealed record ModelDifference(IReadOnlyList<string> Config, IReadOnlyList<string> Structure, IReadOnlyList<TensorDifference> Tensors)
{
    // 16 MB of float64 at a time, whatever the tensor's size.
    private const long ElementsAtOnce = 1 << 21;

    /// <summary>Whether the models are the same but for differences of elements up to a tolerance.</summary>
    /// <param name="tolerance">The largest |a − b| allowed.</param>
    public bool IsWithin(double tolerance) => Config.Count == 0 && Structure.Count == 0 && Tensors.All(tensor => tensor.LargestDifference <= tolerance);

    /// <summary>Compares two folders, one pair of tensors at a time.</summary>
    /// <param name="a">A model folder.</param>
    /// <param name="b">Another.</param>
    /// <param name="progress">Called with the tensors done so far.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="Models.ModelException">A folder's weights cannot be opened.</exception>
    /// <exception cref="AnalysisException">A folder has no readable <c>config.json</c>.</exception>
    public static ModelDifference Between(string a, string b, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var config = ConfigDifference.Between(Path.Combine(a, ModelFolder.ConfigFile), Path.Combine(b, ModelFolder.ConfigFile));
        using var left = WeightFiles.Open(a);
        using var right = WeightFiles.Open(b);
        List<string> structure = [];
        List<TensorDifference> tensors = [];
        foreach (var entry in left.Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (right.Find(entry.Name) is not { } other)
            {
                structure.Add($"{entry.Name} [{string.Join(", ", entry.Shape)}] is only in {a}");
            }
            else if (!other.Shape.SequenceEqual(entry.Shape))
            {
                structure.Add($"{entry.Name} is [{string.Join(", ", entry.Shape)}] in {a}, [{string.Join(", ", other.Shape)}] in {b}");
            }
            else
            {
                tensors.Add(Compare(entry.Name, entry.Shape, left, right));
            }

            progress?.Invoke(tensors.Count + structure.Count);
        }

        structure.AddRange(right.Entries.Where(entry => left.Find(entry.Name) is null)
            .Select(entry => $"{entry.Name} [{string.Join(", ", entry.Shape)}] is only in {b}"));
        return new(config, structure, tensors);
    }

    private static TensorDifference Compare(string name, IReadOnlyList<long> shape, WeightFiles left, WeightFiles right)
    {
        using var scope = NewDisposeScope();
        var (x, y) = (Load(left), Load(right));
        double largest = 0, sum = 0, squares = 0, xx = 0, yy = 0, xy = 0;
        for (long begin = 0; begin < x.numel(); begin += ElementsAtOnce)
        {
            using var pieces = NewDisposeScope();
            var length = Math.Min(ElementsAtOnce, x.numel() - begin);
            var (p, q) = (x.narrow(0, begin, length).to_type(ScalarType.Float64), y.narrow(0, begin, length).to_type(ScalarType.Float64));
            var difference = (p - q).abs();
            // The same infinity, or no number in both, is no difference.
            difference = difference.masked_fill((p == q) | (p.isnan() & q.isnan()), 0.0);
            var most = difference.max().item<double>();
            largest = double.IsNaN(most) ? most : Math.Max(largest, most);
            sum += difference.sum().item<double>();
            squares += difference.square().sum().item<double>();
            xx += p.square().sum().item<double>();
            yy += q.square().sum().item<double>();
            xy += (p * q).sum().item<double>();
            if (double.IsNaN(largest))
            {
                break;
            }
        }

        return new(
            name, shape, largest, double.IsNaN(largest) ? largest : sum / Math.Max(1, x.numel()),
            double.IsNaN(largest) ? largest : squares == 0 ? 0 : Math.Sqrt(squares / xx), xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : null);

        Tensor Load(WeightFiles files)
        {
            var tensor = empty([.. shape], files.Find(name)!.Dtype);
            files.CopyTo(name, tensor);
            return tensor.view(-1);
        }
    }
}
