using System.Globalization;
using CsCheck;
using OlmoSharp.Evaluation.Metrics.Mathematics;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Metrics.Mathematics;

public sealed class MathEquivalenceTests
{
    private static readonly string[] Tokens =
    [
        "(", ")", "[", "]", "{", "}", @"\{", @"\}", "^", "_", "+", "-", "|", "x", "1", "23", ",", "&", @"\\", @"\frac", @"\sqrt", @"\sin", @"\log",
        @"\begin{pmatrix}", @"\end{pmatrix}", "!", "'", "=", "<", ".", "\"", @"\text{a b}", "é",
    ];

    [Theory]
    [InlineData(@"\frac{1}{2}", "0.5")]
    [InlineData(@"\frac12", @"\dfrac{2}{4}")]
    [InlineData("1/2", @"\tfrac 1 2")]
    [InlineData(@"3\frac{1}{2}", @"\frac{7}{2}")]
    [InlineData(@"\frac{\sqrt{3}}{3}", @"\frac{1}{\sqrt{3}}")]
    [InlineData(@"\sqrt{12}", @"2\sqrt{3}")]
    [InlineData(@"\sqrt[3]{54}", @"3\sqrt[3]{2}")]
    [InlineData(@"(x+1)^2", "x^2+2x+1")]
    [InlineData(@"\frac{x^2-1}{x-1}", "x+1")]
    [InlineData("2(a+b)", "2b+2a")]
    [InlineData("xy", "y x")]
    [InlineData(@"\sin^2 x+\cos^2 x", "1")]
    [InlineData(@"\log_2 8", "3")]
    [InlineData(@"\ln e^2", "2")]
    [InlineData("5!", "120")]
    [InlineData(@"\binom{10}{3}", "120")]
    [InlineData(@"|-3|", "3")]
    [InlineData(@"\lfloor 3.7 \rfloor", "3")]
    [InlineData(@"10\pi", @"\pi \cdot 10")]
    [InlineData("(3+4i)(3-4i)", "25")]
    [InlineData("2^{100}", "1267650600228229401496703205376")]
    [InlineData("1,234,567", "1234567")]
    [InlineData(@"(1,\frac{1}{2})", "(1,0.5)")]
    [InlineData(@"\left[0,\sqrt{4}\right)", "[0,2)")]
    [InlineData(@"\{1,2,3\}", @"\{3,1,2\}")]
    [InlineData(@"(-\infty,1)\cup(2,\infty)", @"(2,\infty)\cup(-\infty,1)")]
    [InlineData(@"\begin{pmatrix}1&0.5\\0&1\end{pmatrix}", @"\begin{pmatrix} 1 & \frac12 \\ 0 & 1 \end{pmatrix}")]
    [InlineData("x<2", "2>x")]
    [InlineData(@"1\pm\sqrt{8}", @"1\pm2\sqrt{2}")]
    [InlineData("1011_2", "1011_2")]
    [InlineData(@"\text{Monday}", @"\text{Monday}")]
    [InlineData("@ what? @", "@ what? @")]
    [InlineData(@"-\frac{2}{3}", @"\frac{-2}{3}")]
    [InlineData(@"x^{-1}", @"\frac{1}{x}")]
    [InlineData(@"\begin{pmatrix}7\-2\end{pmatrix}", @"\begin{pmatrix}7\\-2.0\end{pmatrix}")] // as the normal form leaves it
    [InlineData(@"\le(3,\frac{\pi}{2}\right)", @"(3,\pi/2)")] // the normal form takes the "ft" of \left for a unit
    [InlineData(@"\le[0,1\right)\cup\le(2,3\right]", "(2,3]\\cup[0,1)")]
    [InlineData(@"2\le x", @"x\geq 2")]
    [InlineData("3-(-2)", "5")]
    [InlineData(@"\sqrt{10001}-100", @"\frac{1}{\sqrt{10001}+100}")]
    public void Answers_that_mean_the_same_are_equal(string first, string second)
    {
        Assert.True(MathEquivalence.AreEqual(first, second));
        Assert.True(MathEquivalence.AreEqual(second, first));
    }

    [Theory]
    [InlineData("0.333333", @"\frac{1}{3}")]
    [InlineData("1.41421356237", @"\sqrt{2}")]
    [InlineData(@"3.14159265", @"\pi")]
    [InlineData("x", "y")]
    [InlineData("x+1", "x-1")]
    [InlineData(@"\sqrt{x^2}", "x")]
    [InlineData("|x|", "x")]
    [InlineData("(1,2)", "(2,1)")]
    [InlineData("(0,1)", "[0,1]")]
    [InlineData(@"\{1,2\}", @"\{1,1\}")]
    [InlineData("1011_2", "1011_3")]
    [InlineData("x<2", "x>2")]
    [InlineData(@"x\leq2", "x<2")]
    [InlineData("x_1", "x_2")]
    [InlineData("12", "21")]
    [InlineData("1,2", "12")]
    [InlineData("(1,234)", "1234")]
    [InlineData(@"\text{east}", @"\text{west}")]
    [InlineData("2^{100}", "1267650600228229401496703205377")]
    [InlineData("", "0")]
    [InlineData(@"\frac{1}{0}", @"\frac{2}{0}")]
    [InlineData("((((", "((((.")]
    [InlineData(@"\frac{1}{2", "0.5")]
    public void Answers_that_do_not_are_not(string first, string second)
    {
        Assert.False(MathEquivalence.AreEqual(first, second));
        Assert.False(MathEquivalence.AreEqual(second, first));
    }

    [Theory]
    [InlineData("9^{9^{9^{9}}}")]
    [InlineData("(10^{9})!")]
    [InlineData(@"2^{2^{2^{2^{2^{2}}}}}")]
    public void Huge_numbers_end(string answer)
    {
        Assert.True(MathEquivalence.AreEqual(answer, answer));
        Assert.False(MathEquivalence.AreEqual(answer, "1"));
    }

    [Fact]
    public void Deep_nesting_ends()
    {
        var deep = string.Concat(Enumerable.Repeat("(", 100_000)) + "1" + string.Concat(Enumerable.Repeat(")", 100_000));
        Assert.False(MathEquivalence.AreEqual(deep, "1"));
        Assert.False(MathEquivalence.AreEqual(string.Concat(Enumerable.Repeat(@"\sqrt", 100_000)) + "1", "1"));
        Assert.False(MathEquivalence.AreEqual(string.Concat(Enumerable.Repeat(@"\sin", 100_000)) + "1", "1"));
        Assert.False(MathEquivalence.AreEqual(new string('-', 100_000) + "1", "1"));
        Assert.False(MathEquivalence.AreEqual(@"\sin" + new string('-', 900) + "1", "1"));
        Assert.False(MathEquivalence.AreEqual(string.Concat(Enumerable.Repeat("1+", 100_000)) + "1", "100001"));
        Assert.True(MathEquivalence.AreEqual(string.Concat(Enumerable.Repeat("1+", 400)) + "1", "401"));
    }

    // Products of linear factors against the coefficients that plain long multiplication gives.
    [Fact]
    public void A_factored_polynomial_equals_its_expansion() =>
        Gen.Int[-9, 9].Array[1, 5].Sample(roots =>
        {
            long[] coefficients = [1];
            foreach (var root in roots)
            {
                var next = new long[coefficients.Length + 1];
                for (var i = 0; i < coefficients.Length; i++)
                {
                    next[i + 1] += coefficients[i];
                    next[i] -= root * coefficients[i];
                }

                coefficients = next;
            }

            var factored = string.Concat(roots.Select(root => string.Create(CultureInfo.InvariantCulture, $"(x-({root}))")));
            var expanded = string.Join('+', coefficients.Select((coefficient, power) => string.Create(CultureInfo.InvariantCulture, $"({coefficient})x^{{{power}}}")));
            var other = expanded + "+1";
            return MathEquivalence.AreEqual(factored, expanded) && !MathEquivalence.AreEqual(factored, other);
        });

    [Fact]
    public void Rational_numbers_add_and_multiply_as_doubles_do() =>
        Gen.Select(Gen.Int[-99, 99], Gen.Int[1, 99], Gen.Int[-99, 99], Gen.Int[1, 99]).Sample((a, b, c, d) =>
        {
            var (first, second) = (BigRational.Divide(BigRational.Of(a), BigRational.Of(b))!.Value, BigRational.Divide(BigRational.Of(c), BigRational.Of(d))!.Value);
            return Math.Abs(BigRational.Add(first, second)!.Value.ToDouble() - (((double)a / b) + ((double)c / d))) < 1e-12 &&
                Math.Abs(BigRational.Multiply(first, second)!.Value.ToDouble() - ((double)a / b * c / d)) < 1e-9 &&
                BigRational.Root(BigRational.Multiply(first, first)!.Value, 2)!.Value.ToDouble() == Math.Abs(first.ToDouble()) &&
                BigRational.Power(first, BigRational.Of(3)) == BigRational.Multiply(first, BigRational.Multiply(first, first)!.Value);
        });

    [Fact]
    public void No_text_breaks_the_parser() =>
        Gen.Int[0, Tokens.Length - 1].Array[0, 12].Sample(indices =>
            {
                var text = string.Concat(indices.Select(index => Tokens[index]));
                return MathEquivalence.AreEqual(text, text) && MathEquivalence.AreEqual(text, "77") == MathEquivalence.AreEqual("77", text);
            });
}
