using OlmoSharp.Benchmarks;

var isSmoke = args.Contains("--smoke");
var names = args.Where(argument => argument != "--smoke").ToList();
var known = new Dictionary<string, Action<bool>>
{
    ["training"] = TrainingBenchmark.Run,
    ["tokenizer"] = TokenizerBenchmark.Run,
};
if (names.Any(name => !known.ContainsKey(name)))
{
    Console.Error.WriteLine($"usage: benchmarks [{string.Join("|", known.Keys)}]… [--smoke]");
    return 2;
}

foreach (var name in names.Count > 0 ? names : [.. known.Keys])
{
    Console.WriteLine($"# {name}");
    known[name](isSmoke);
    Console.WriteLine();
}

return 0;
