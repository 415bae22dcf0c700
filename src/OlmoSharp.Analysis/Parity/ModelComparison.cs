using System.Runtime.InteropServices;
using OlmoSharp.Models;
using OlmoSharp.Torch.Native;
using static TorchSharp.torch;

namespace OlmoSharp.Analysis.Parity;

/// <summary>
/// Compares two models tensor by tensor. Of a folder only a few rows of one tensor are in memory at a time; a GGUF file is restored whole.
/// </summary>
public sealed class ModelComparison : IDisposable
{
    private const long BlockElements = 1 << 22;

    private readonly ComparedModel _first;
    private readonly ComparedModel _second;

    private ModelComparison(ComparedModel first, ComparedModel second) => (_first, _second) = (first, second);

    /// <summary>Elements of the first model.</summary>
    public long Elements => _first.Config.Parameters;

    /// <summary>Opens two models and checks that each is whole.</summary>
    /// <param name="first">A model folder or a <c>.gguf</c> file.</param>
    /// <param name="second">Another.</param>
    /// <exception cref="ModelException">One of them is not a whole model.</exception>
    public static ModelComparison Open(string first, string second)
    {
        TorchBackend.EnsureLoaded();
        var opened = ComparedModel.Open(first);
        try
        {
            return new(opened, ComparedModel.Open(second));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Reads and compares everything.</summary>
    /// <param name="progress">Takes the number of elements compared so far; null where nobody asks.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    public ModelDifference Compare(Action<long>? progress = null, CancellationToken cancellation = default)
    {
        var others = _second.Tensors.ToDictionary(tensor => tensor.Name);
        var names = _first.Tensors.Select(tensor => tensor.Name).ToHashSet();
        List<ShapeDifference> shapes = [];
        List<TensorDifference> tensors = [];
        long done = 0;
        foreach (var (name, dtype, shape) in _first.Tensors.Where(tensor => others.ContainsKey(tensor.Name)))
        {
            var other = others[name];
            if (!shape.SequenceEqual(other.Shape))
            {
                shapes.Add(new(name, shape, other.Shape));
                continue;
            }

            var sum = new TensorDifferenceSum();
            var rowElements = shape.Skip(1).Aggregate(1L, (product, size) => product * size);
            var blockRows = Math.Max(1, BlockElements / rowElements);
            for (long row = 0; row < shape[0]; row += blockRows)
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                long[] block = [Math.Min(blockRows, shape[0] - row), .. shape.Skip(1)];
                Tensor a = empty(block), b = empty(block);
                _first.CopyRowsTo(name, row, a);
                _second.CopyRowsTo(name, row, b);
                sum.Add(MemoryMarshal.Cast<byte, float>(a.bytes), MemoryMarshal.Cast<byte, float>(b.bytes));
                done += block[0] * rowElements;
                progress?.Invoke(done);
            }

            tensors.Add(sum.Result(name, dtype, other.Dtype));
        }

        return new(
            ModelConfigDifference.Between(_first.Config, _second.Config),
            [.. names.Where(name => !others.ContainsKey(name))],
            [.. _second.Tensors.Select(tensor => tensor.Name).Where(name => !names.Contains(name))],
            shapes,
            [.. tensors.OrderByDescending(tensor => double.IsNaN(tensor.MaximumAbsolute) ? double.PositiveInfinity : tensor.MaximumAbsolute)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }
}
