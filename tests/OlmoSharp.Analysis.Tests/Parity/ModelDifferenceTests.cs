using OlmoSharp.Analysis.Parity;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Parity;

public sealed class ModelDifferenceTests
{
    [Fact]
    public void The_same_weights_in_other_files_are_no_difference()
    {
        using var a = new HandMadeFolder("olmo2");
        using var b = new HandMadeFolder("olmo2");
        var difference = ModelDifference.Between(a.Folder, b.Folder, cancellation: TestContext.Current.CancellationToken);
        Assert.True(difference.IsWithin(0));
        Assert.Equal(a.Weights.Count, difference.Tensors.Count);
        Assert.All(difference.Tensors, tensor => Assert.Equal((0, 0, 0), (tensor.LargestDifference, tensor.MeanDifference, tensor.RelativeDifference)));
        Assert.All(difference.Tensors, tensor => Assert.Equal(1, tensor.Cosine!.Value, 1e-12));
    }

    [Fact]
    public void Each_number_is_the_one_of_its_formula()
    {
        using var a = new HandMadeFolder("olmoe");
        using var b = new HandMadeFolder("olmoe", "BF16", shards: 2);
        var difference = ModelDifference.Between(a.Folder, b.Folder, cancellation: TestContext.Current.CancellationToken);
        foreach (var tensor in difference.Tensors)
        {
            var pairs = a.Weights[tensor.Name].Zip(b.Weights[tensor.Name]).ToArray();
            Assert.Equal(pairs.Max(pair => Math.Abs(pair.First - pair.Second)), tensor.LargestDifference, 1e-12);
            Assert.Equal(pairs.Average(pair => Math.Abs(pair.First - pair.Second)), tensor.MeanDifference, 1e-12);
            var norm = Math.Sqrt(pairs.Sum(pair => pair.First * pair.First));
            Assert.Equal(Math.Sqrt(pairs.Sum(pair => Math.Pow(pair.First - pair.Second, 2))) / norm, tensor.RelativeDifference, 1e-12);
            Assert.Equal(pairs.Sum(pair => pair.First * pair.Second) / norm / Math.Sqrt(pairs.Sum(pair => pair.Second * pair.Second)), tensor.Cosine!.Value, 1e-12);
        }

        Assert.Equal(a.Weights.Keys.Order(), difference.Tensors.Select(tensor => tensor.Name).Order());
        Assert.False(difference.IsWithin(0));
        Assert.True(difference.IsWithin(3));
    }

    [Fact]
    public void Settings_tensors_and_shapes_that_differ_are_named()
    {
        using var a = new HandMadeFolder("olmo2");
        using var b = new HandMadeFolder("olmo");
        var difference = ModelDifference.Between(a.Folder, b.Folder, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("rms_norm_eps: 0.0003 | absent", difference.Config);
        Assert.Contains("model_type: \"olmo2\" | \"olmo\"", difference.Config);
        Assert.Contains($"lm_head.weight [11, 8] is only in {a.Folder}", difference.Structure);
        Assert.Contains($"model.layers.0.self_attn.k_proj.weight is [4, 8] in {a.Folder}, [8, 8] in {b.Folder}", difference.Structure);
        Assert.False(difference.IsWithin(double.PositiveInfinity));
    }

    [Fact]
    public void A_place_without_a_number_is_a_difference_whatever_the_tolerance()
    {
        using var a = new HandMadeFolder("olmo2");
        using var b = new HandMadeFolder("olmo2");
        var path = Path.Combine(b.Folder, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, bytes.Length - 4);
        File.WriteAllBytes(path, bytes);
        var difference = ModelDifference.Between(a.Folder, b.Folder, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["lm_head.weight"], difference.Tensors.Where(tensor => double.IsNaN(tensor.LargestDifference)).Select(tensor => tensor.Name));
        Assert.False(difference.IsWithin(1e300));
        Assert.True(ModelDifference.Between(b.Folder, b.Folder, cancellation: TestContext.Current.CancellationToken).IsWithin(0));
    }

    [Fact]
    public void A_config_that_is_no_object_is_an_error()
    {
        using var a = new HandMadeFolder("olmo2");
        File.WriteAllText(Path.Combine(a.Folder, "config.json"), "[]");
        Assert.EndsWith("config.json: is not a JSON object", Assert.Throws<AnalysisException>(() => ModelDifference.Between(a.Folder, a.Folder, cancellation: TestContext.Current.CancellationToken)).Message);
    }
}
