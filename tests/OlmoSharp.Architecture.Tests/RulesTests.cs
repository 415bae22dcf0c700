using System.Collections.Immutable;
using Xunit;

namespace OlmoSharp.Architecture.Tests;

/// <summary>Tries the rules on made-up cases: a rule that cannot fail holds nothing.</summary>
public class RulesTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Base"] = [],
        ["Middle"] = ["Base"],
        ["Top"] = ["Middle"],
        ["Side"] = [],
    };

    [Fact]
    public void Direct_and_transitive_uses_along_the_arrows_are_allowed() =>
        Assert.Empty(Rules.CheckArrows([Project("Base"), Project("Middle", ["Base"]), Project("Top", ["Middle", "Base"], ["Base", "System.Runtime"])], Arrows));

    [Fact]
    public void A_reference_against_the_arrow_in_the_project_file_is_caught() =>
        Assert.Equal(
            ["Base.csproj references Top, which it may not use"],
            Rules.CheckArrows([Project("Base", ["Top"]), Project("Top")], Arrows));

    [Fact]
    public void A_use_in_compiled_code_is_caught_without_the_project_file_and_under_another_assembly_name() =>
        Assert.Equal(
            ["the code of Middle uses Side, which it may not use"],
            Rules.CheckArrows([Project("Middle", uses: ["sidecar"]), Project("Side") with { AssemblyName = "sidecar" }], Arrows));

    [Fact]
    public void A_project_without_a_row_is_caught() =>
        Assert.Contains("New is not in the table", Assert.Single(Rules.CheckArrows([Project("New")], Arrows)), StringComparison.Ordinal);

    [Theory]
    [InlineData("House.StringUtils")]
    [InlineData("House.TensorHelper")]
    [InlineData("House.TensorHelpers`1")]
    [InlineData("House.SessionManager")]
    [InlineData("House.Common")]
    [InlineData("House.Room.PathUtil")]
    public void Empty_names_are_caught(string type) => Assert.Single(Rules.CheckTypeNames([type]));

    [Theory]
    [InlineData("House.CommonCrawlReader")]
    [InlineData("House.MemoryManaged")]
    [InlineData("House.Tokenizer`1")]
    public void Names_that_only_contain_such_a_word_are_fine(string type) => Assert.Empty(Rules.CheckTypeNames([type]));

    [Theory]
    [InlineData("Room.cs", "public sealed class Room { }")]
    [InlineData("Room.cs", "internal readonly record struct Room(int Size);")]
    [InlineData("Room.Doors.cs", "public static partial class Room { }")]
    [InlineData("Room.cs", "public record Door; public interface Room<T> { }")]
    [InlineData("Room.cs", "public delegate Task<int> Room(int size);")]
    public void A_file_that_declares_its_type_is_fine(string path, string text) => Assert.Empty(Rules.CheckFileName(path, text));

    [Theory]
    [InlineData("Room.cs", "public class Rooms { }")]
    [InlineData("Room.cs", "// class Room\npublic class House { }")]
    [InlineData("Room.cs", "class House { string a = \"class Room\"; /* enum\n Room */ }")]
    [InlineData("Room.cs", "class House { string a = \"\"\"\n say \"class Room\"\n \"\"\"; }")]
    [InlineData("Room.cs", "Console.WriteLine();")]
    public void A_file_without_its_type_is_caught(string path, string text) => Assert.Single(Rules.CheckFileName(path, text));

    private static SourceProject Project(string name, ImmutableArray<string> references = default, ImmutableArray<string> uses = default) => new()
    {
        Name = name,
        AssemblyName = name,
        ProjectReferences = references.IsDefault ? [] : references,
        AssemblyReferences = uses.IsDefault ? [] : uses,
    };
}
