using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Torch.Safetensors;
using static TorchSharp.torch;

namespace OlmoSharp.Models.HuggingFace;

/// <summary>
/// The weights of a model folder: <c>model.safetensors</c>, or the shards that <c>model.safetensors.index.json</c> names. Only headers are
/// read until <see cref="CopyTo"/>.
/// </summary>
public sealed class WeightFiles : IDisposable
{
    /// <summary>Name of the file where all weights are in one.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>Name of the file that says which shard holds which tensor.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, (SafetensorsFile File, SafetensorsEntry Entry)> _tensors = [];
    private readonly HashSet<string> _placed = [];
    private readonly List<string> _problems = [];

    private WeightFiles(string path) => Path = path;

    /// <summary>The file or, of shards, the index; for messages.</summary>
    public string Path { get; }

    /// <summary>The tensors.</summary>
    public IEnumerable<SafetensorsEntry> Entries => _tensors.Values.Select(tensor => tensor.Entry);

    /// <summary>The dtype that all tensors have; null where they differ or there are none.</summary>
    public ScalarType? Dtype => Entries.Select(entry => entry.Dtype).Distinct().ToList() is [var only] ? only : null;

    /// <summary>Opens the weights of a folder and checks that index and shards agree.</summary>
    /// <exception cref="ModelException">A shard is missing, or index and shards disagree; every problem is named.</exception>
    /// <exception cref="Torch.TorchException">A file is missing or not a sound safetensors file.</exception>
    public static WeightFiles Open(string folder)
    {
        var files = OpenUnchecked(folder);
        if (files._problems.Count > 0)
        {
            files.Dispose();
            throw new ModelException($"{files.Path}: does not fit its shards: {string.Join("; ", files._problems)}");
        }

        return files;
    }

    /// <summary>Opens the weights of a folder and checks that they are exactly those of a model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">The model; experts may be stored one by one or stacked.</param>
    /// <exception cref="ModelException">
    /// A shard is missing, index and shards disagree, or tensors are missing, unexpected or misshapen; every problem is named.
    /// </exception>
    /// <exception cref="Torch.TorchException">A file is missing or not a sound safetensors file.</exception>
    internal static WeightFiles Open(string folder, ModelConfig config)
    {
        var files = OpenUnchecked(folder);
        try
        {
            files.RequireRoomFor(config, System.IO.Path.Combine(folder, ModelFolder.ConfigFile));
            var parameters = Transformer.Describe(config);
            files.Check(parameters);
            foreach (var parameter in parameters)
            {
                files.Unstack(parameter);
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Writes weights and flushes them to disk; none of the files may exist.</summary>
    /// <param name="folder">A folder that exists.</param>
    /// <param name="tensors">The tensors; one at a time is loaded.</param>
    /// <param name="shardBytes">More bytes are split into files of at most this size (or one tensor), with an index.</param>
    public static void Write(string folder, IReadOnlyList<SafetensorsSource> tensors, long shardBytes)
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt" };
        var shards = Shards(tensors, shardBytes);
        if (shards.Count == 1)
        {
            SafetensorsWriter.Write(System.IO.Path.Combine(folder, SingleFile), tensors, metadata);
            return;
        }

        var map = new JsonObject();
        for (var i = 0; i < shards.Count; i++)
        {
            var name = $"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors";
            SafetensorsWriter.Write(System.IO.Path.Combine(folder, name), shards[i], metadata);
            shards[i].ForEach(tensor => map.Add(tensor.Name, name));
        }

        var total = tensors.Sum(tensor => tensor.Bytes);
        var index = new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = total }, ["weight_map"] = map };
        File.WriteAllText(System.IO.Path.Combine(folder, IndexFile), index.ToJsonString(Indented) + "\n");
    }

    /// <summary>The file and the place in it of a tensor, for readers that map files; null if there is none of the name.</summary>
    public (string Path, SafetensorsEntry Entry)? Locate(string name) => _tensors.TryGetValue(name, out var tensor) ? (tensor.File.Path, tensor.Entry) : null;

    /// <summary>Looks a tensor up.</summary>
    public SafetensorsEntry? Find(string name) => _tensors.TryGetValue(name, out var tensor) ? tensor.Entry : null;

    /// <summary>Copies a tensor's elements, converting the dtype.</summary>
    /// <param name="name">A name in <see cref="Entries"/>.</param>
    /// <param name="target">Any strided tensor of the same shape, on any device.</param>
    public void CopyTo(string name, Tensor target)
    {
        var (file, entry) = _tensors[name];
        file.CopyTo(entry, target);
    }

    /// <summary>Copies consecutive rows of a tensor, converting the dtype.</summary>
    /// <param name="name">A name in <see cref="Entries"/>.</param>
    /// <param name="begin">The first row.</param>
    /// <param name="target">[rows, …]: any strided tensor, on any device.</param>
    public void CopyRowsTo(string name, long begin, Tensor target)
    {
        var (file, entry) = _tensors[name];
        file.CopyTo(entry.Rows(begin, target.shape[0]), target);
    }

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static WeightFiles OpenUnchecked(string folder)
    {
        var single = System.IO.Path.Combine(folder, SingleFile);
        var index = System.IO.Path.Combine(folder, IndexFile);
        if (!File.Exists(single) && !File.Exists(index) && Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.bin").Any())
        {
            throw new ModelException($"{folder}: its weights are pickle files (.bin), which can run any code when read; "
                + "get the model in safetensors form, or convert it where it was made");
        }

        // A folder with both is an ordinary one with leftovers: Hugging Face, too, takes the single file.
        var files = new WeightFiles(!File.Exists(single) && File.Exists(index) ? index : single);
        try
        {
            if (files.Path == index)
            {
                files.AddShards(folder, ReadIndex(index));
            }
            else
            {
                files.Add(single);
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private SafetensorsFile Add(string path)
    {
        var file = SafetensorsFile.Open(path);
        _files.Add(file);
        foreach (var entry in file.Entries.Values)
        {
            _tensors.TryAdd(entry.Name, (file, entry));
        }

        return file;
    }

    private void AddShards(string folder, IReadOnlyDictionary<string, string> shardOf)
    {
        _placed.UnionWith(shardOf.Keys);
        foreach (var shard in shardOf.Values.Distinct().Order(StringComparer.Ordinal))
        {
            // A name with a folder in it could reach any file of the machine.
            if (shard != System.IO.Path.GetFileName(shard) || !File.Exists(System.IO.Path.Combine(folder, shard)))
            {
                _problems.Add($"the shard '{shard}' is not in the folder");
                continue;
            }

            var entries = Add(System.IO.Path.Combine(folder, shard)).Entries;
            _problems.AddRange(entries.Keys.Where(name => !shardOf.TryGetValue(name, out var other) || other != shard)
                .Select(name => $"'{name}' is in the shard '{shard}', where the index does not place it"));
            _problems.AddRange(shardOf.Where(pair => pair.Value == shard && !entries.ContainsKey(pair.Key))
                .Select(pair => $"'{pair.Key}' is not in the shard '{shard}', where the index places it"));
        }
    }

    /// <summary>Refuses a damaged config that claims more tensors than can be listed, before any is.</summary>
    private void RequireRoomFor(ModelConfig config, string configPath)
    {
        var count = Math.Max(_tensors.Count, _placed.Count);
        var hasExperts = (long)config.Layers * config.Experts <= count
            || Entries.Any(entry => entry.Bytes > 0 && entry.Shape.Count > 0 && entry.Shape[0] == config.Experts);
        if (config.Layers > count || !hasExperts)
        {
            throw new ModelException(
                $"{configPath}: claims {config.Layers} layers{(config.Experts > 0 ? $" of {config.Experts} experts" : "")}, but {Path} holds {count} tensors");
        }
    }

    private void Check(IReadOnlyList<Parameter> parameters)
    {
        List<(string Name, IReadOnlyList<long> Shape)> wanted =
        [
            .. parameters.SelectMany(parameter => parameter.Stacked is { } stacked && Find(stacked.Name) is not null
                ? [stacked]
                : parameter.Slices.Select(slice => (slice.Name, parameter.ShapeOf(slice)))),
        ];
        // What the index places in a shard that does not hold it is named already.
        _problems.AddRange(wanted.Where(tensor => Find(tensor.Name) is null && !_placed.Contains(tensor.Name)).Select(tensor => $"'{tensor.Name}' is missing"));
        _problems.AddRange(_tensors.Keys.Except(wanted.Select(tensor => tensor.Name)).Select(name => $"'{name}' is unexpected"));
        _problems.AddRange(wanted
            .Where(tensor => Find(tensor.Name) is { } entry && !entry.Shape.SequenceEqual(tensor.Shape))
            .Select(tensor => $"'{tensor.Name}' has shape [{string.Join(", ", Find(tensor.Name)!.Shape)}] where the config needs [{string.Join(", ", tensor.Shape)}]"));
        if (_problems.Count > 0)
        {
            throw new ModelException($"{Path}: does not fit its config{(_placed.Count > 0 ? " or its shards" : "")}: {string.Join("; ", _problems)}");
        }
    }

    /// <summary>Replaces a stacked tensor by its parts under their own names, so that nobody need know both layouts.</summary>
    private void Unstack(Parameter parameter)
    {
        if (parameter.Stacked is not { } stacked || !_tensors.Remove(stacked.Name, out var tensor))
        {
            return;
        }

        var rows = tensor.Entry with { Shape = parameter.Shape };
        foreach (var slice in parameter.Slices)
        {
            _tensors.Add(slice.Name, (tensor.File, rows.Rows(slice.Begin, slice.Rows) with { Name = slice.Name }));
        }
    }

    private static List<List<SafetensorsSource>> Shards(IReadOnlyList<SafetensorsSource> tensors, long shardBytes)
    {
        List<List<SafetensorsSource>> shards = [[]];
        long filled = 0;
        foreach (var tensor in tensors)
        {
            if (shards[^1].Count > 0 && filled + tensor.Bytes > shardBytes)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(tensor);
            filled += tensor.Bytes;
        }

        return shards;
    }

    private static Dictionary<string, string> ReadIndex(string path)
    {
        return JsonFile.ReadObject(path)["weight_map"] is JsonObject map
            ? map.ToDictionary(pair => pair.Key, pair => pair.Value is JsonValue value && value.TryGetValue<string>(out var shard)
                ? shard
                : throw new ModelException($"{path}: the shard of '{pair.Key}' is not a file name"))
            : throw new ModelException($"{path}: has no object 'weight_map'");
    }
}
