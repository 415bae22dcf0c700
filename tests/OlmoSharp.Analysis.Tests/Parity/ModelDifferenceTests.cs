using OlmoSharp.Analysis.Parity;
using OlmoSharp.Models;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Parity;

public sealed class ModelDifferenceTests
{
    [Theory]
    [InlineData("olmo2", 1, true, false)]
    [InlineData("olmo", 3, true, false)]
    [InlineData("olmoe", 2, false, false)]
    [InlineData("olmoe", 2, true, true)]
    public void The_same_weights_in_other_files_spellings_and_layouts_are_no_difference(string family, int shards, bool newNames, bool stacked)
    {
        using var a = new HandMadeFolder(family);
        using var b = new HandMadeFolder(family, "F32", shards, newNames, stacked);
        var difference = Compare(a.Folder, b.Folder);
        Assert.True(difference.IsNone(null));
        Assert.Equal(a.Weights.Count, difference.Tensors.Count);
        Assert.All(difference.Tensors, tensor => Assert.Equal((0, 0, 0, 1), (tensor.MaximumAbsolute, tensor.MeanAbsolute, tensor.RelativeL2, tensor.Cosine)));
    }

    [Fact]
    public void Each_number_is_the_one_of_its_formula_and_the_largest_come_first()
    {
        using var a = new HandMadeFolder("olmoe");
        using var b = new HandMadeFolder("olmoe", "BF16", shards: 2, stacked: true);
        var difference = Compare(a.Folder, b.Folder);
        foreach (var tensor in difference.Tensors)
        {
            var pairs = a.Weights[tensor.Name].Zip(b.Weights[tensor.Name]).ToArray();
            Assert.Equal(pairs.Max(pair => Math.Abs(pair.First - pair.Second)), tensor.MaximumAbsolute, 1e-12);
            Assert.Equal(pairs.Average(pair => Math.Abs(pair.First - pair.Second)), tensor.MeanAbsolute, 1e-12);
            var norm = Math.Sqrt(pairs.Sum(pair => pair.First * pair.First));
            Assert.Equal(Math.Sqrt(pairs.Sum(pair => Math.Pow(pair.First - pair.Second, 2))) / norm, tensor.RelativeL2, 1e-12);
            Assert.Equal(pairs.Sum(pair => pair.First * pair.Second) / norm / Math.Sqrt(pairs.Sum(pair => pair.Second * pair.Second)), tensor.Cosine, 1e-12);
            Assert.Equal((pairs.Length, "F32", "BF16"), (tensor.Elements, tensor.FirstDtype, tensor.SecondDtype));
        }

        Assert.Equal(a.Weights.Keys.Order(), difference.Tensors.Select(tensor => tensor.Name).Order());
        Assert.Equal(difference.Tensors.OrderByDescending(tensor => tensor.MaximumAbsolute), difference.Tensors);
        var largest = difference.Tensors[0].MaximumAbsolute;
        Assert.False(difference.IsNone(null));
        Assert.False(difference.IsNone(largest * 0.999));
        Assert.True(difference.IsNone(largest));
    }

    [Fact]
    public void Another_dtype_with_the_same_numbers_is_a_difference_only_where_no_tolerance_is_given()
    {
        using var a = new HandMadeFolder("olmo2", "BF16");
        using var b = new HandMadeFolder("olmo2", "BF16");
        b.RewriteAs("F32");
        var difference = Compare(a.Folder, b.Folder);
        Assert.All(difference.Tensors, tensor => Assert.Equal(0, tensor.MaximumAbsolute));
        Assert.False(difference.IsNone(null));
        Assert.True(difference.IsNone(0));
    }

    [Fact]
    public void Settings_tensors_and_shapes_that_differ_are_named()
    {
        using var a = new HandMadeFolder("olmo2");
        using var b = new HandMadeFolder("olmo");
        var difference = Compare(a.Folder, b.Folder);
        Assert.Contains(new ModelConfigDifference("norm_epsilon", "0.0003", "1E-05", ChangesComputation: true), difference.Config);
        Assert.Contains(new ModelConfigDifference("qk_norm", "True", "False", ChangesComputation: true), difference.Config);
        Assert.Contains(new ModelConfigDifference("clip_qkv", "null", "1.5", ChangesComputation: true), difference.Config);
        Assert.DoesNotContain(difference.Config, option => option.Option is "hidden_size" or "rope_theta");
        Assert.Equal(a.Weights.Keys.Except(b.Weights.Keys).Order(), difference.OnlyInFirst.Order());
        Assert.Contains("lm_head.weight", difference.OnlyInFirst);
        Assert.Empty(difference.OnlyInSecond);
        Assert.Equal(difference.OnlyInFirst.Order(), Compare(b.Folder, a.Folder).OnlyInSecond.Order());
        var shape = difference.Shapes.Single(shape => shape.Name == "model.layers.0.self_attn.k_proj.weight");
        Assert.Equal([4L, 8], shape.First);
        Assert.Equal([8L, 8], shape.Second);
        Assert.False(difference.IsNone(double.PositiveInfinity));
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
        var difference = Compare(a.Folder, b.Folder);
        Assert.Equal(["lm_head.weight"], difference.Tensors.Where(tensor => double.IsNaN(tensor.MaximumAbsolute)).Select(tensor => tensor.Name));
        Assert.Equal("lm_head.weight", difference.Tensors[0].Name);
        Assert.False(difference.IsNone(1e300));
        Assert.True(Compare(b.Folder, b.Folder).IsNone(null));
    }

    [Fact]
    public void A_folder_that_is_not_whole_is_an_error()
    {
        using var a = new HandMadeFolder("olmo2");
        using var b = new HandMadeFolder("olmo2");
        File.WriteAllText(Path.Combine(b.Folder, "config.json"), "[]");
        Assert.Contains(b.Folder, Assert.Throws<ModelException>(() => ModelComparison.Open(a.Folder, b.Folder)).Message, StringComparison.Ordinal);
        Assert.Contains(b.Folder, Assert.Throws<ModelException>(() => ModelComparison.Open(b.Folder, a.Folder)).Message, StringComparison.Ordinal);
    }

    private static ModelDifference Compare(string a, string b)
    {
        using var comparison = ModelComparison.Open(a, b);
        return comparison.Compare(cancellation: TestContext.Current.CancellationToken);
    }
}
