using System.Reflection;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Every task and suite that is known: those of this library, and those of a folder of your own.</summary>
public sealed class TaskCatalog
{
    private const string BitsPerByteMetric = "bits_per_byte";
    private readonly Dictionary<string, TaskPlace> _tasks = [];
    private readonly Dictionary<string, TaskPlace> _aliases = [];
    private readonly Dictionary<string, TaskPlace> _referenceNames = [];
    private readonly Dictionary<string, TaskSuite> _suites = [];

    private TaskCatalog()
    {
    }

    /// <summary>The full names of all tasks, in the order of the files.</summary>
    public IReadOnlyCollection<string> TaskNames => _tasks.Keys;

    /// <summary>All suites by name.</summary>
    public IReadOnlyDictionary<string, TaskSuite> Suites => _suites;

    /// <summary>Reads the tasks of this library, and those of a folder.</summary>
    /// <param name="folder">A folder with <c>*.yaml</c> files of families, and perhaps <c>suites.yaml</c>; null for none.</param>
    /// <exception cref="EvaluationException">A file is wrong, or two tasks have one name.</exception>
    /// <exception cref="ConfigException">A file has unknown keys or wrong values.</exception>
    public static TaskCatalog Load(string? folder = null)
    {
        var catalog = new TaskCatalog();
        catalog.Read(Embedded());
        if (folder is not null)
        {
            if (!Directory.Exists(folder))
            {
                throw new EvaluationException($"{folder}: there is no such folder of tasks");
            }

            catalog.Read(Directory.EnumerateFiles(folder, "*.yaml").Order(StringComparer.Ordinal).Select(path => (path, File.ReadAllText(path))));
        }

        catalog.CheckSuites();
        return catalog;
    }

    /// <summary>Finds a task by its full name, by another of its names, or by its name with <c>:bpb</c> after the variant, which scores the gold answer in bits per byte.</summary>
    /// <param name="name">The name.</param>
    /// <param name="overrides">Settings as <c>key=value</c> that count before the task's own.</param>
    /// <exception cref="EvaluationException">There is no task of this name; the message says the nearest.</exception>
    /// <exception cref="ConfigException">An override is wrong.</exception>
    public TaskSpec Find(string name, IReadOnlyList<string>? overrides = null) => Find(name, Overrides(overrides));

    /// <summary>Settings from assignments such as <c>shots=0</c>.</summary>
    internal static TaskSettings Overrides(IReadOnlyList<string>? assignments) =>
        assignments is { Count: > 0 } ? ConfigReader.ReadText<TaskSettings>("", "--set", assignments) : new TaskSettings();

    /// <summary>Finds a task as <see cref="Find(string, IReadOnlyList{string}?)"/> does.</summary>
    /// <param name="name">The name.</param>
    /// <param name="overrides">Settings that count before the task's own.</param>
    /// <exception cref="EvaluationException">There is no task of this name; the message says the nearest.</exception>
    public TaskSpec Find(string name, TaskSettings? overrides)
    {
        if (TryPlace(name) is { } place)
        {
            return place.Resolve(overrides);
        }

        if (name.Contains(":bpb", StringComparison.Ordinal) && TryPlace(name.Replace(":bpb", "", StringComparison.Ordinal)) is { } scored)
        {
            return scored.Resolve((overrides ?? new TaskSettings()).Over(new TaskSettings { Metric = BitsPerByteMetric })) with { Name = name };
        }

        var names = _tasks.Keys.Concat(_aliases.Keys).Concat(_suites.Keys);
        throw new EvaluationException(_suites.ContainsKey(name)
            ? $"{name} is a suite; name one of its tasks (olmo eval list {name})"
            : $"there is no task {name}; {(NearestName.Find(name, names) is { } nearest ? $"did you mean {nearest}?" : "olmo eval list shows all")}");
    }

    /// <summary>The tasks that a name means: a task itself, or those of a suite, in order, each once.</summary>
    /// <param name="name">A task or suite.</param>
    /// <exception cref="EvaluationException">There is none of this name.</exception>
    public IReadOnlyList<string> Expand(string name) =>
        _suites.TryGetValue(name, out var suite) ? [.. suite.Members.SelectMany(Expand).Distinct()] : [Find(name, (TaskSettings?)null).Name];

    /// <summary>The tasks that names mean, each once.</summary>
    /// <param name="names">Tasks and suites.</param>
    /// <param name="overrides">Settings as <c>key=value</c> that count before the tasks' own.</param>
    /// <exception cref="EvaluationException">There is none of a name.</exception>
    public IReadOnlyList<TaskSpec> FindAll(IEnumerable<string> names, IReadOnlyList<string>? overrides = null) =>
        [.. names.SelectMany(Expand).Distinct().Select(name => Find(name, overrides))];

    /// <summary>The names of the regimes of the task that a reference file calls by this name, with the task's other parts.</summary>
    /// <param name="referenceName">Such as <c>arc_challenge:mc</c>.</param>
    /// <returns>Full names; empty if no task is known by it.</returns>
    public IReadOnlyList<string> KnownBy(string referenceName) => _referenceNames.TryGetValue(referenceName, out var place)
        ? [.. place.Family.RegimesOf(place.Variant).Select(regime => TaskFamily.FullName(place.Family.TaskName(place.Subset), place.Variant, regime.Key))]
        : [];

    /// <summary>Whether a task of this name is known.</summary>
    /// <param name="name">A full name or another.</param>
    public bool Contains(string name) => TryPlace(name) is not null;

    private TaskPlace? TryPlace(string name) => _tasks.GetValueOrDefault(name) ?? _aliases.GetValueOrDefault(name);

    private static IEnumerable<(string Path, string Text)> Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(resource => resource.StartsWith("tasks/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return (resource, reader.ReadToEnd());
        }
    }

    private void Read(IEnumerable<(string Path, string Text)> files)
    {
        foreach (var (path, text) in files)
        {
            if (Path.GetFileName(path) == "suites.yaml")
            {
                foreach (var (name, suite) in ConfigReader.ReadText<SuitesConfig>(text, path).Suites)
                {
                    Add(new TaskSuite(name, suite.Tasks, suite.Aggregate), path);
                }
            }
            else
            {
                Add(new TaskFamily(ConfigReader.ReadText<TaskFamilyConfig>(text, path), path), path);
            }
        }
    }

    private void Add(TaskFamily family, string path)
    {
        foreach (var subset in family.Subsets)
        {
            foreach (var variant in family.Config.Variants.Keys)
            {
                foreach (var (regime, _) in family.RegimesOf(variant))
                {
                    var place = new TaskPlace(family, subset, variant, regime);
                    Add(_tasks, TaskFamily.FullName(family.TaskName(subset), variant, regime), place, path);
                    foreach (var alias in family.Aliases(subset, variant, regime))
                    {
                        Add(_aliases, alias, place, path);
                    }
                }

                foreach (var name in family.Config.Variants[variant].ReferenceNames)
                {
                    _referenceNames.TryAdd(family.Fill(name, subset, variant), new TaskPlace(family, subset, variant, ""));
                }
            }
        }

        AddSuites(family, path);
    }

    /// <summary>A family's suites: its subsets together, and the better of multiple choice and cloze.</summary>
    private void AddSuites(TaskFamily family, string path)
    {
        foreach (var regime in family.Config.Regimes.Keys)
        {
            List<string> variants = [.. family.Config.Variants.Keys.Where(variant => family.RegimesOf(variant).Any(pair => pair.Key == regime))];
            var hasBoth = variants.Contains("mc") && variants.Contains("rc");
            foreach (var variant in family.Config.Suite is null ? [] : variants)
            {
                var members = family.Subsets.Select(subset => TaskFamily.FullName(family.TaskName(subset), variant, regime));
                Add(new TaskSuite(TaskFamily.FullName(family.Config.Suite!, variant, regime), [.. members], family.Config.Regimes[regime].Aggregate ?? family.Config.Aggregate), path);
            }

            foreach (var task in hasBoth ? family.Subsets.Select(family.TaskName).Concat(family.Config.Suite is { } all ? [all] : []) : [])
            {
                Add(new TaskSuite(TaskFamily.FullName(task, "", regime), [TaskFamily.FullName(task, "mc", regime), TaskFamily.FullName(task, "rc", regime)], Aggregate.Max), path);
            }
        }
    }

    private void Add(TaskSuite suite, string path)
    {
        if (_suites.ContainsKey(suite.Name) || Contains(suite.Name))
        {
            throw new EvaluationException($"{path}: there already is a task or suite {suite.Name}");
        }

        _suites.Add(suite.Name, suite);
    }

    private void Add(Dictionary<string, TaskPlace> names, string name, TaskPlace place, string path)
    {
        if (Contains(name) || _suites.ContainsKey(name))
        {
            throw new EvaluationException($"{path}: there already is a task or suite {name}");
        }

        names.Add(name, place);
    }

    private void CheckSuites()
    {
        foreach (var suite in _suites.Values)
        {
            foreach (var member in suite.Members.Where(member => !Contains(member) && !_suites.ContainsKey(member)))
            {
                throw new EvaluationException($"suite {suite.Name}: there is no task or suite {member}{(NearestName.Find(member, _tasks.Keys.Concat(_suites.Keys)) is { } nearest ? $"; did you mean {nearest}?" : "")}");
            }
        }
    }

    private sealed record TaskPlace(TaskFamily Family, string Subset, string Variant, string Regime)
    {
        public TaskSpec Resolve(TaskSettings? overrides) => Family.Resolve(Subset, Variant, Regime, overrides);
    }
}
