using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;

namespace OlmoSharp.Benchmarks.Llama;

/// <summary>Our native engine.</summary>
internal sealed class NativeSubject(string path, int threads, int positions, bool cpuTime) : ILlamaSubject
{
    private readonly NativeEngine _engine = NativeEngine.Load(path, new() { Threads = threads, Positions = positions });

    public double Prompt(int[] prompt)
    {
        var start = Measurement.Clock(cpuTime);
        using var sequence = _engine.NewSequence();
        var logits = new float[_engine.Config.VocabularySize];
        _engine.Forward([new(sequence, prompt)], logits);
        Largest(logits);
        return Measurement.Clock(cpuTime) - start;
    }

    public double? Decode(int[][] prompts, int steps)
    {
        var sequences = Array.ConvertAll(prompts, _ => _engine.NewSequence());
        var vocabulary = _engine.Config.VocabularySize;
        var logits = new float[prompts.Length * vocabulary];
        var tokens = Array.ConvertAll(prompts, _ => new int[1]);
        var inputs = new EngineInput[prompts.Length];
        Step(i => prompts[i]);
        var start = Measurement.Clock(cpuTime);
        for (var step = 0; step < steps; step++)
        {
            Step(i => tokens[i]);
        }

        var seconds = Measurement.Clock(cpuTime) - start;
        Array.ForEach(sequences, sequence => sequence.Dispose());
        return seconds;

        void Step(Func<int, int[]> input)
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                inputs[i] = new(sequences[i], input(i));
            }

            _engine.Forward(inputs, logits);
            for (var i = 0; i < inputs.Length; i++)
            {
                tokens[i][0] = Largest(logits.AsSpan(i * vocabulary, vocabulary));
            }
        }
    }

    public LlamaAnswer Answer(int[] prompt, int steps)
    {
        using var sequence = _engine.NewSequence();
        var logits = new float[_engine.Config.VocabularySize];
        _engine.Forward([new(sequence, prompt)], logits);
        var first = logits.ToArray();
        var tokens = new int[steps];
        for (var step = 0; step < steps; step++)
        {
            tokens[step] = Largest(logits);
            _engine.Forward([new(sequence, new[] { tokens[step] })], logits);
        }

        return new(first, tokens);
    }

    public void Dispose() => _engine.Dispose();

    private static int Largest(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var token = 1; token < logits.Length; token++)
        {
            best = logits[token] > logits[best] ? token : best;
        }

        return best;
    }
}
