using System.Runtime.InteropServices;
using OlmoSharp.Models;

namespace OlmoSharp.Inference.Native;

/// <summary>Cosines and sines of the rotary position embedding (Su et al. 2021), float32, made in float64; they grow with the positions that are asked for.</summary>
/// <param name="config">The model.</param>
internal sealed unsafe class RotaryTable(ModelConfig config) : IDisposable
{
    private readonly double[] _frequencies = RopeScaling.Frequencies(config);
    private float* _memory;
    private int _positions;

    /// <summary>Pairs of dimensions of a head.</summary>
    public int Pairs => _frequencies.Length;

    /// <summary>Of a position: the cosine of each pair, then the sine of each pair.</summary>
    public float* Row(int position) => _memory + 2L * position * Pairs;

    /// <summary>Makes the rows of all positions below a bound.</summary>
    public void Require(int positions)
    {
        if (positions <= _positions)
        {
            return;
        }

        // Twice as many, so that a growing sequence meets this rarely.
        var grown = (int)Math.Clamp(Math.Max(512L, 2L * positions), positions, Math.Max(positions, config.ContextLength));
        var factor = config.RopeScaling?.EffectiveAttentionFactor ?? 1;
        _memory = (float*)NativeMemory.Realloc(_memory, (nuint)grown * (nuint)(2 * Pairs * sizeof(float)));
        for (; _positions < grown; _positions++)
        {
            var row = Row(_positions);
            for (var i = 0; i < Pairs; i++)
            {
                var (sine, cosine) = Math.SinCos(_positions * _frequencies[i]);
                row[i] = (float)(cosine * factor);
                row[Pairs + i] = (float)(sine * factor);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_memory);
        _memory = null;
        _positions = 0;
    }
}
