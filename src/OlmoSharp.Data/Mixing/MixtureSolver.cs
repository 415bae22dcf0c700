using System.Globalization;

namespace OlmoSharp.Data.Mixing;

/// <summary>Finds how much of each source a mix takes, or says with numbers why there can be no such mix.</summary>
public static class MixtureSolver
{
    // Published tables give percentages to one decimal; what rounding leaves over is shared in proportion.
    private const double Rounding = 0.005;

    /// <summary>Solves.</summary>
    /// <param name="totalTokens">Tokens of the mix; null: the sum of the targets.</param>
    /// <param name="sources">The sources.</param>
    /// <returns>A share for each source, in their order.</returns>
    /// <exception cref="DataException">The mix is impossible; the message has one reason for each source or sum that stands against it.</exception>
    public static IReadOnlyList<MixtureShare> Solve(double? totalTokens, IReadOnlyList<MixtureSource> sources)
    {
        if (sources.GroupBy(source => source.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new DataException($"plan: there are two sources named {twice.Key}. Rename one.");
        }

        if (sources.FirstOrDefault(source => !(source.Tokens > 0)) is { } empty)
        {
            throw new DataException($"plan: {empty.Name} has no tokens. Remove it, or correct its documents.");
        }

        var total = totalTokens ?? Sum(sources);
        var targets = sources.Select(source => source.Target is { } target ? target <= 1 ? target * total : target : (double?)null).ToArray();
        var asked = targets.Sum(target => target ?? 0);
        var open = targets.Any(target => target is null);
        if (open ? asked > total * (1 + Rounding) : Math.Abs(asked - total) > total * Rounding)
        {
            throw new DataException($"plan: the targets are {TokenAmount.Show(asked)} tokens, {Percent(asked / total)} of the total of {TokenAmount.Show(total)}. {(asked < total ? "Raise them, or give one source no target, so that it takes the rest." : "Lower them, or raise total_tokens.")}");
        }

        // Without an open source, rounded percentages are stretched to the whole.
        var stretch = !open || asked > total ? total / asked : 1;
        var tokens = targets.Select(target => target * stretch).ToArray();
        Refuse(sources, tokens);
        Fill(sources, tokens, total - tokens.Sum(amount => amount ?? 0));
        return [.. sources.Zip(tokens, (source, amount) => new MixtureShare(source, amount!.Value, amount.Value / total))];
    }

    private static double Sum(IReadOnlyList<MixtureSource> sources) =>
        sources.FirstOrDefault(source => source.Target is null or <= 1) is { } relative
            ? throw new DataException($"plan: {relative.Name} has {(relative.Target is null ? "no target" : "a share as its target")}, but there is no total to take it of. Give total_tokens.")
            : sources.Sum(source => source.Target!.Value);

    /// <summary>Refuses sources that would have to be repeated too often.</summary>
    private static void Refuse(IReadOnlyList<MixtureSource> sources, double?[] tokens)
    {
        var reasons = sources.Zip(tokens).Where(pair => pair.Second > Limit(pair.First) * (1 + 1e-9)).Select(pair =>
            $"{pair.First.Name} has {TokenAmount.Show(pair.First.Tokens)} tokens; {TokenAmount.Show(pair.Second!.Value)} are asked for at most {Number(pair.First.MaxRepetition)} {(pair.First.MaxRepetition == 1 ? "repetition" : "repetitions")} (it would take {Number(pair.Second.Value / pair.First.Tokens)})").ToList();
        if (reasons.Count > 0)
        {
            throw new DataException($"plan: {string.Join("; ", reasons)}. Lower the target, allow more repetitions, or find more text.");
        }
    }

    /// <summary>Gives the rest to the sources without target, in proportion to their size, each up to its limit.</summary>
    private static void Fill(IReadOnlyList<MixtureSource> sources, double?[] tokens, double rest)
    {
        var open = Enumerable.Range(0, sources.Count).Where(index => tokens[index] is null).ToList();
        if (open.Count == 0)
        {
            return;
        }

        if (rest <= 0)
        {
            throw new DataException($"plan: nothing is left for {sources[open[0]].Name}, which has no target. Lower the others' targets, or remove it.");
        }

        var most = open.Sum(index => Limit(sources[index]));
        if (rest > most * (1 + 1e-9))
        {
            var names = string.Join(", ", open.Select(index => $"{sources[index].Name} ({TokenAmount.Show(sources[index].Tokens)} tokens, at most {Number(sources[index].MaxRepetition)} repetitions)"));
            throw new DataException($"plan: {TokenAmount.Show(rest)} tokens are left for {names}, which can give {TokenAmount.Show(most)}. Lower total_tokens, allow more repetitions, or find more text.");
        }

        // Whoever meets its limit leaves more to the others.
        while (open.Count > 0)
        {
            var size = open.Sum(index => sources[index].Tokens);
            var full = open.Where(index => rest * sources[index].Tokens / size >= Limit(sources[index])).ToList();
            foreach (var index in full.Count > 0 ? full : open)
            {
                tokens[index] = full.Count > 0 ? Limit(sources[index]) : rest * sources[index].Tokens / size;
            }

            if (full.Count == 0)
            {
                return;
            }

            rest -= full.Sum(index => Limit(sources[index]));
            open.RemoveAll(full.Contains);
        }
    }

    private static double Limit(MixtureSource source) => source.Tokens * source.MaxRepetition;

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Percent(double value) => value.ToString("0.#%", CultureInfo.InvariantCulture);
}
