using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Judging;

/// <summary>
/// Asks a judge model which of two answers is better, in both orders by default, since judges prefer a place (Zheng et al. 2023). AlpacaEval asks once in a random order and weighs by the judge's
/// probabilities of its one token; endpoints seldom give these, so here a verdict is 1, 0 or, where the two orders disagree or the judge says so, 1/2.
/// </summary>
/// <param name="chat">The judge.</param>
/// <param name="bothOrders">Whether to ask in both orders; else the model's answer stands first for instances of even number, second for odd.</param>
internal sealed partial class PairwiseJudge(JudgeChat chat, bool bothOrders = true)
{
    private const string System = "You compare two answers to an instruction. You judge by what a careful person would prefer: correct, complete, clear, following the instruction, neither padded nor cut short.";

    /// <summary>Judges an instance.</summary>
    /// <param name="instance">Its number.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="answer">The model's answer.</param>
    /// <param name="reference">The reference model's answer.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task<PairwiseVerdict> JudgeAsync(int instance, string instruction, string answer, string reference, CancellationToken cancellationToken = default)
    {
        bool[] orders = bothOrders ? [true, false] : [instance % 2 == 0];
        var replies = new List<string>();
        var preferences = new List<double?>();
        foreach (var first in orders)
        {
            var reply = await chat(System, Prompt(instruction, first ? answer : reference, first ? reference : answer), cancellationToken).ConfigureAwait(false);
            replies.Add(reply);
            preferences.Add(Read(reply) is { } preference ? (first ? preference : 1 - preference) : null);
        }

        return new PairwiseVerdict(preferences.Contains(null) ? null : preferences.Average(), replies);
    }

    /// <summary>The judge's prompt.</summary>
    internal static string Prompt(string instruction, string first, string second) => $"""
        # Instruction
        {instruction}

        # Answer A
        {first}

        # Answer B
        {second}

        # Verdict
        Which answer is better? Think briefly, then end with one line that holds only [[A]], [[B]] or, if they are equally good, [[C]].
        """;

    /// <summary>The preference for answer A in a reply: the last verdict in double brackets, or a reply of one letter.</summary>
    internal static double? Read(string reply)
    {
        var verdict = Bracketed.Matches(reply).LastOrDefault()?.Groups[1].Value ?? reply.Trim().TrimEnd('.');
        return verdict switch { "A" => 1, "B" => 0, "C" => 0.5, _ => null };
    }

    [GeneratedRegex(@"\[\[([ABC])\]\]", RegexOptions.CultureInvariant)]
    private static partial Regex Bracketed { get; }
}
