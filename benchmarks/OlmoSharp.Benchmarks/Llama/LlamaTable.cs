using static OlmoSharp.Benchmarks.Measurement;

namespace OlmoSharp.Benchmarks.Llama;

/// <summary>The table of a shape: tokens a second here, there, and their ratio. A row is printed as soon as it is known, for the whole takes long.</summary>
internal sealed class LlamaTable
{
    private readonly IReadOnlyList<int> _batches;

    /// <summary>Prints the head.</summary>
    /// <param name="prompt">Tokens of the prompt.</param>
    /// <param name="batches">Sequences of the batched decodes.</param>
    public LlamaTable(int prompt, IReadOnlyList<int> batches)
    {
        _batches = batches;
        List<string> heads = ["type", "decode tokens/s", "llama.cpp", "ratio", "GB/s", "plain read", "of it", $"prompt {prompt} tokens/s", "llama.cpp", "ratio"];
        heads.AddRange(batches.SelectMany(batch => (string[])[$"{batch} sequences tokens/s", "of one", "llama.cpp", "ratio"]));
        Print(heads);
        Print(heads.ConvertAll(_ => "---"));
    }

    /// <summary>Prints the row of a type.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="bytesAToken">Bytes of weights that a token reads.</param>
    /// <param name="rounds">What was measured.</param>
    public void Add(string type, long bytesAToken, IReadOnlyList<LlamaRound> rounds)
    {
        var one = rounds.Select(round => round.Ours.Decode[0]!.Value).ToList();
        List<string> cells =
        [
            type, .. Compared(rounds, figures => figures.Decode[0]), $"{Median(one) * bytesAToken / 1e9:0.0}", $"{Median(rounds.Select(round => round.Read)) / 1e9:0.0}",
            $"{Median(rounds.Zip(one, (round, decode) => decode * bytesAToken / round.Read)):0.00}", .. Compared(rounds, figures => figures.Prompt),
        ];
        for (var i = 0; i < _batches.Count; i++)
        {
            var compared = Compared(rounds, figures => figures.Decode[i + 1]);
            cells.AddRange([compared[0], $"{Median(rounds.Zip(one, (round, decode) => round.Ours.Decode[i + 1]!.Value / decode)):0.0} ×", compared[1], compared[2]]);
        }

        Print(cells);
    }

    private static string[] Compared(IReadOnlyList<LlamaRound> rounds, Func<LlamaFigures, double?> figure)
    {
        var ours = rounds.Select(round => figure(round.Ours)!.Value).ToList();
        var theirs = rounds.Select(round => round.Theirs is null ? null : figure(round.Theirs)).OfType<double>().ToList();
        return theirs.Count < ours.Count
            ? [$"{Median(ours):0.0}", "–", "–"]
            : [$"{Median(ours):0.0}", $"{Median(theirs):0.0}", $"{Median(ours.Zip(theirs, (a, b) => a / b)):0.00} ({ours.Max() / theirs.Max():0.00})"];
    }

    private static void Print(IEnumerable<string> cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");
}
