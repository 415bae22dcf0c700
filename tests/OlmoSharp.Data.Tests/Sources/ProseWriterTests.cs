using System.Xml.Linq;
using OlmoSharp.Data.Sources.Documentation;
using Xunit;

namespace OlmoSharp.Data.Tests.Sources;

public sealed class ProseWriterTests
{
    [Theory]
    [InlineData("  Gets\n   the  <paramref name=\"x\" />&#160;of <see cref=\"T:System.Int32\" />.\n ", "Gets the x of Int32.")]
    [InlineData("Is <see langword=\"null\" />, <c>a &lt; b</c> or <typeparamref name=\"T\"/>.", "Is null, a < b or T.")]
    [InlineData("Less than <see cref=\"F:System.Int32.MaxValue\">Int32.MaxValue</see>; see <see href=\"https://x.org\" />.", "Less than Int32.MaxValue; see https://x.org.")]
    [InlineData("<para>One.</para>\n<para>Two.</para>three<br/>four", "One.\nTwo.\nthree\nfour")]
    [InlineData("Any of:<list type=\"bullet\"><item><description>a</description></item><item><term> b </term><description>c d</description></item></list>end", "Any of:\n- a\n- b: c d\nend")]
    [InlineData("<list type=\"number\"><item>a</item><item>b</item></list>", "1. a\n2. b")]
    [InlineData("Call <code>M();</code> now", "Call M(); now")]
    [InlineData("Like:\n   <code>\n    if (a)\n    {\n\n        b();\n    }\n   </code>\n  so.", "Like:\n```\nif (a)\n{\n\n    b();\n}\n```\nso.")]
    [InlineData("10<sup>3</sup> <xref uid=\"System.IO.Stream.Read(System.Int32)\"></xref>", "10^3 Stream.Read(int)")]
    [InlineData("a<devremarks>internal</devremarks>b<inheritdoc/>", "ab")]
    [InlineData("To be added.", "")]
    [InlineData("\n  ", "")]
    public void Markup_becomes_text(string xml, string expected)
    {
        var prose = new ProseWriter(new SignatureRenderer(new TypeCatalog()), "N.T");

        Assert.Equal(expected, prose.Render(XElement.Parse($"<summary>{xml}</summary>", LoadOptions.PreserveWhitespace)));
    }
}
