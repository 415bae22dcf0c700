using OlmoSharp.Data.Sources;
using Xunit;

namespace OlmoSharp.Data.Tests.Sources;

public sealed class SdkDocumentationSourceTests : IDisposable
{
    private const string Stack = """
        <?xml version="1.0" encoding="utf-8"?>
        <doc>
          <assembly><name>System.Things</name></assembly>
          <members>
            <member name="T:System.Things.Stack`1">
              <summary>A stack of <typeparamref name="TItem" />.</summary>
              <typeparam name="TItem">What it holds.</typeparam>
            </member>
            <member name="M:System.Things.Stack`1.#ctor(System.Int32)">
              <summary>Initializes a <see cref="T:System.Things.Stack`1" />.</summary>
              <param name="capacity">The room.</param>
              <exception cref="T:System.ArgumentException"><paramref name="capacity" /> is negative.</exception>
            </member>
            <member name="M:System.Things.Stack`1.TryPop(`0@)">
              <summary>Pops.</summary>
              <param name="item">When this method returns, the item.</param>
              <returns><see langword="true" /> if <see cref="P:System.Things.Stack`1.Count" /> was above 0.</returns>
              <example>Use it so:
                <code>
                while (s.TryPop(out var x))
                    Use(x);
                </code>
              </example>
            </member>
            <member name="P:System.Things.Stack`1.Count"><summary>Gets the number of items.</summary><value>A number.</value></member>
            <member name="M:System.Things.Stack`1.Undescribed(System.Int32)"><summary /><param name="x" /></member>
            <member name="M:System.Things.Stack`1.op_Equality(System.Things.Stack{`0},System.Things.Stack{`0})"><summary>Compares.</summary></member>
            <member name="F:System.Things.Stack`1.Kind.Small"><summary>Holds little.</summary></member>
            <member name="T:System.Things.Stack`1.Kind"><summary>Kinds of stacks.</summary></member>
            <member name="M:System.Things.Empty.Nothing" />
            <member name="M:System.Things.Stack`1.&lt;Push&gt;g__Local|0"><summary>Compiler's own.</summary></member>
          </members>
        </doc>
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_type_becomes_one_readable_document()
    {
        _folder.Write("packs/Microsoft.NETCore.App.Ref/10.0.2/ref/net10.0/System.Things.xml", Stack);

        var documents = new SdkDocumentationSource(_folder.Path).ReadDocuments(TestContext.Current.CancellationToken).ToList();

        Assert.Equal(["System.Things/System.Things.Stack`1", "System.Things/System.Things.Stack`1.Kind"], documents.Select(document => document.Id));
        Assert.Equal(
            """
            # Stack<TItem>
            Namespace: System.Things
            Assembly: System.Things

            A stack of TItem.
            Type parameters:
            - TItem: What it holds.

            ## Constructors

            Stack<TItem>(int capacity)
            Initializes a Stack<TItem>.
            Parameters:
            - capacity: The room.
            Exceptions:
            - ArgumentException: capacity is negative.

            ## Properties

            Stack<TItem>.Count
            Gets the number of items.
            Value: A number.

            ## Methods

            Stack<TItem>.TryPop(out TItem item)
            Pops.
            Parameters:
            - item: When this method returns, the item.
            Returns: true if Count was above 0.
            Example: Use it so:
            ```
            while (s.TryPop(out var x))
                Use(x);
            ```

            ## Operators

            Stack<TItem>.operator ==(Stack<TItem>, Stack<TItem>)
            Compares.

            """.ReplaceLineEndings("\n"),
            documents[0].Text);
        Assert.Equal(
            """{"assembly":"System.Things","namespace":"System.Things","type":"Stack\u003CTItem\u003E","pack":"microsoft.netcore.app.ref","pack_version":"10.0.2","member_count":4}""",
            documents[0].Metadata!.ToJsonString());
        Assert.Equal("# Stack<TItem>.Kind", documents[1].Text.Split('\n')[0]);
        Assert.Contains("Stack<TItem>.Kind.Small\nHolds little.", documents[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_pack_counts_and_each_assembly_once()
    {
        Pack("packs/Microsoft.NETCore.App.Ref/9.0.9/ref/net9.0", "System.A", "System.A.Old");
        Pack("packs/Microsoft.NETCore.App.Ref/10.0.0-rc.2/ref/net10.0", "System.A", "System.A.Candidate");
        Pack("packs/Microsoft.NETCore.App.Ref/10.0.0-rc.10/ref/net10.0", "System.A", "System.A.Newest");
        Pack("packs/Microsoft.AspNetCore.App.Ref/10.0.1/ref/net10.0", "System.A", "System.A.Copy");
        Pack("packs/Microsoft.AspNetCore.App.Ref/10.0.1/ref/net10.0", "System.OnlyHere", "System.OnlyHere.B");
        Pack("packs/Microsoft.AspNetCore.App.Ref/10.0.1/ref/net10.0", "Microsoft.AspNetCore.Web", "Microsoft.AspNetCore.Web.C");
        Pack("packs/Microsoft.AspNetCore.App.Ref/10.0.1/ref/net10.0", "Microsoft.Net.Headers", "Microsoft.Net.Headers.D");
        Pack("packs/Microsoft.AspNetCore.App.Ref/10.0.1/ref/net10.0", "Microsoft.Extensions.Log", "Microsoft.Extensions.Log.E");
        Pack("packs/Microsoft.NETCore.App.Ref/10.0.0-rc.10/ref/net10.0", "System.Vectors", "System.Runtime.Intrinsics.X86.F");
        Pack("packs/Microsoft.WindowsDesktop.App.Ref/10.0.1/ref/net10.0", "System.Windows.Forms", "System.Windows.Forms.G");
        Pack("packs/Microsoft.NETCore.App.Host.linux-x64/10.0.1/ref/net10.0", "Z", "System.Windows.Forms.Z");

        Assert.Equal(
            [
                "aspnetcore C", "aspnetcore D", "dotnet-base B", "dotnet-base Newest", "dotnet-extensions E", "hardware-intrinsics F",
                "windows-desktop G",
            ],
            Read(_folder.Path).Where(name => !name.EndsWith(" Z", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("microsoft.netcore.app.ref/10.0.1/ref/net10.0")]
    [InlineData("Microsoft.NETCore.App.Ref.10.0.1/ref/net10.0")]
    [InlineData("ref/net10.0")]
    public void Nuget_folders_and_unpacked_packages_are_found(string layout)
    {
        Pack(layout, "System.A", "System.A.B");
        _folder.Write("system.other/1.0.0/ref/net10.0/System.Other.xml", "not a reference pack");

        Assert.Equal(["dotnet-base B"], Read(_folder.Path));
    }

    [Fact]
    public void An_installation_without_documentation_is_an_error_that_names_the_packages()
    {
        Directory.CreateDirectory(_folder.At("packs", "Microsoft.NETCore.App.Ref", "10.0.1", "ref", "net10.0"));

        var error = Assert.Throws<DataException>(() => Read(_folder.Path));

        Assert.Contains(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("Microsoft.NETCore.App.Ref and Microsoft.AspNetCore.App.Ref", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_file_is_an_error_that_names_it()
    {
        var path = _folder.Write("packs/Microsoft.NETCore.App.Ref/10.0.2/ref/net10.0/System.Things.xml", Stack[..^40]);

        var error = Assert.Throws<DataException>(() => Read(_folder.Path));

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    private static List<string> Read(string folder) =>
        [.. new SdkDocumentationSource(folder).ReadDocuments(TestContext.Current.CancellationToken)
            .Select(document => $"{document.Source} {(string?)document.Metadata!["type"]}")
            .Order(StringComparer.Ordinal)];

    private void Pack(string folder, string assembly, string type) => _folder.Write(
        $"{folder}/{assembly}.xml",
        $"<doc><members><member name=\"T:{type}\"><summary>A description.</summary></member></members></doc>");
}
