using OlmoSharp.Data.Sources.Documentation;
using Xunit;

namespace OlmoSharp.Data.Tests.Sources;

public sealed class SignatureRendererTests
{
    private readonly TypeCatalog _catalog = new();
    private readonly SignatureRenderer _signatures;

    public SignatureRendererTests()
    {
        _catalog.Add("System.Collections.Generic.List`1", ["T"]);
        _catalog.Add("System.Collections.Generic.Dictionary`2", ["TKey", "TValue"]);
        _catalog.Add("System.Collections.Generic.Dictionary`2.KeyCollection", []);
        _catalog.Add("System.Collections.Generic.Dictionary`2.AlternateLookup`1", ["TAlternateKey"]);
        _catalog.Add("System.Environment", []);
        _catalog.Add("System.Environment.SpecialFolder", []);
        _catalog.Add("System.Int128", []);
        _signatures = new SignatureRenderer(_catalog);
    }

    [Theory]
    [InlineData("M:System.Collections.Generic.List`1.Add(`0)", "", "item", "List<T>.Add(T item)")]
    [InlineData("M:System.Collections.Generic.List`1.#ctor", "", "", "List<T>()")]
    [InlineData("M:System.Collections.Generic.List`1.#ctor(System.Int32)", "", "capacity", "List<T>(int capacity)")]
    [InlineData("M:System.Foo.#cctor", "", "", "Foo.static constructor")]
    [InlineData("P:System.Collections.Generic.List`1.Item(System.Int32)", "", "index", "List<T>.this[int index]")]
    [InlineData("P:System.Collections.Generic.List`1.Count", "", "", "List<T>.Count")]
    [InlineData("F:System.Environment.SpecialFolder.Desktop", "", "", "Environment.SpecialFolder.Desktop")]
    [InlineData("E:System.Foo.Changed", "", "", "Foo.Changed")]
    [InlineData(
        "M:System.Collections.Generic.List`1.ConvertAll``1(System.Converter{`0,``0})", "TOutput", "converter",
        "List<T>.ConvertAll<TOutput>(Converter<T, TOutput> converter)")]
    [InlineData("M:System.Foo.Zip``2(``0[],``1[0:,0:]@)", "", "first,second", "Foo.Zip<T1, T2>(T1[] first, ref T2[,] second)")]
    [InlineData("M:System.Foo.Jagged(System.Int32[][0:,0:,0:])", "", "a", "Foo.Jagged(int[][,,] a)")]
    [InlineData("M:System.Foo.Parse(System.String,System.Int32@)", "", "s,!result", "Foo.Parse(string s, out int result)")]
    [InlineData("M:System.Foo.Copy(System.Void*,System.Byte**)", "", "from,to", "Foo.Copy(void* from, byte** to)")]
    [InlineData("M:System.Foo.Query(System.Guid@|System.Runtime.InteropServices.InAttribute,System.Char)", "", "id,c", "Foo.Query(ref Guid id, char c)")]
    [InlineData("M:System.Foo.Maybe(System.Nullable{System.Double},System.ValueTuple{System.Int64,`0})", "", "a,b", "Foo.Maybe(double? a, (long, T0) b)")]
    [InlineData("M:System.Foo.Unnamed(System.Int16,System.Object)", "", "one", "Foo.Unnamed(short, object)")]
    [InlineData(
        "M:System.Foo.Keys(System.Collections.Generic.Dictionary{System.String,System.Func{System.Int32,System.Boolean}}.KeyCollection)", "", "keys",
        "Foo.Keys(Dictionary<string, Func<int, bool>>.KeyCollection keys)")]
    [InlineData(
        "M:System.Collections.Generic.Dictionary`2.KeyCollection.CopyTo(`0[],System.Int32)", "", "array,index",
        "Dictionary<TKey, TValue>.KeyCollection.CopyTo(TKey[] array, int index)")]
    [InlineData(
        "M:System.Collections.Generic.Dictionary`2.AlternateLookup`1.TryGetValue(`2,`1@)", "", "key,!value",
        "Dictionary<TKey, TValue>.AlternateLookup<TAlternateKey>.TryGetValue(TAlternateKey key, out TValue value)")]
    [InlineData("M:System.Foo.In(System.Environment.SpecialFolder)", "", "folder", "Foo.In(Environment.SpecialFolder folder)")]
    [InlineData("M:System.Int128.op_Addition(System.Int128,System.Int128)", "", "left,right", "Int128.operator +(Int128 left, Int128 right)")]
    [InlineData("M:System.Int128.op_CheckedUnaryNegation(System.Int128)", "", "value", "Int128.operator checked -(Int128 value)")]
    [InlineData("M:System.Int128.op_UnsignedRightShift(System.Int128,System.Int32)", "", "value,shift", "Int128.operator >>>(Int128 value, int shift)")]
    [InlineData("M:System.Int128.op_Implicit(System.Byte)~System.Int128", "", "value", "Int128.implicit operator Int128(byte value)")]
    [InlineData("M:System.Int128.op_CheckedExplicit(System.Int128)~System.UInt16", "", "value", "Int128.explicit operator checked ushort(Int128 value)")]
    [InlineData(
        "M:System.Collections.Generic.List`1.System#Collections#IList#Insert(System.Int32,System.Object)", "", "index,item",
        "List<T>.IList.Insert(int index, object item)")]
    [InlineData("P:System.Collections.Generic.List`1.System#Collections#IList#Item(System.Int32)", "", "index", "List<T>.IList.this[int index]")]
    [InlineData(
        "M:System.Collections.Generic.Dictionary`2.System#Collections#Generic#ICollection{System#Collections#Generic#KeyValuePair{TKey@TValue}}#Add(System.Collections.Generic.KeyValuePair{`0,`1})",
        "", "pair", "Dictionary<TKey, TValue>.ICollection<KeyValuePair<TKey, TValue>>.Add(KeyValuePair<TKey, TValue> pair)")]
    [InlineData(
        "M:System.Int128.System#Numerics#INumberBase{System#Int128}#TryConvertFromChecked``1(``0,System.Int128@)", "TOther", "value,!result",
        "Int128.INumberBase<Int128>.TryConvertFromChecked<TOther>(TOther value, out Int128 result)")]
    [InlineData(
        "M:System.Char.System#Numerics#IAdditionOperators{System#Char@System#Char@System#Char}#op_Addition(System.Char,System.Char)", "", "left,right",
        "Char.IAdditionOperators<char, char, char>.operator +(char left, char right)")]
    public void A_declaration_reads_like_code(string id, string typeParameters, string parameters, string expected)
    {
        var rendered = _signatures.Declaration(
            MemberId.TryParse(id)!,
            typeParameters.Split(',', StringSplitOptions.RemoveEmptyEntries),
            [.. parameters.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new DocumentedParameter(name.TrimStart('!'), name[0] == '!'))]);

        Assert.Equal(expected, rendered);
    }

    [Theory]
    [InlineData("T:System.String", "String")]
    [InlineData("T:System.Collections.Generic.Dictionary`2", "Dictionary<TKey, TValue>")]
    [InlineData("T:Unknown.Thing`3", "Thing<T1, T2, T3>")]
    [InlineData("P:System.Collections.Generic.List`1.Count", "Count")]
    [InlineData("M:System.Collections.Generic.List`1.Add(`0)", "Add(T)")]
    [InlineData("M:System.Collections.Generic.List`1.#ctor(System.Int32)", "List<T>(int)")]
    [InlineData("F:System.Int32.MaxValue", "Int32.MaxValue")]
    [InlineData("M:System.Object.ToString", "Object.ToString()")]
    [InlineData("Overload:System.Object.Equals", "Object.Equals")]
    [InlineData("O:System.Object.Equals", "Object.Equals")]
    [InlineData("N:System.IO", "System.IO")]
    [InlineData("!:Broken.Reference", "Broken.Reference")]
    [InlineData("System.Text.Json", "Json")]
    public void A_reference_is_short(string reference, string expected) =>
        Assert.Equal(expected, _signatures.Reference(reference, "System.Collections.Generic.List`1"));

    [Theory]
    [InlineData("System.Environment.SpecialFolder", "System")]
    [InlineData("System.Collections.Generic.Dictionary`2.KeyCollection", "System.Collections.Generic")]
    [InlineData("Global", "")]
    public void Nested_types_are_told_from_namespaces(string type, string expected) => Assert.Equal(expected, _catalog.NamespaceOf(type));
}
