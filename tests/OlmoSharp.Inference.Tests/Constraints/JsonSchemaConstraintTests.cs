using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Inference.Tests.Generation;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Inference.Tests.Constraints;

public class JsonSchemaConstraintTests
{
    private const int Context = 600;

    private static readonly Tokenizer Tokenizer = TestTokenizer.Value;

    [Fact]
    public void Every_document_of_a_schema_is_accepted_in_any_tokens() => Gen.Int.Sample(
        seed =>
        {
            var json = new RandomJson(seed);
            var schema = json.Schema();
            var constraint = OutputConstraint.JsonSchema(schema.ToJsonString(), Tokenizer);
            var random = new Random(seed);
            for (var i = 0; i < 4; i++)
            {
                var document = json.Document(schema, schema);
                Assert.True(JsonSchemaValidator.Fits(JsonNode.Parse(document), schema, schema), $"test: {document} of {schema.ToJsonString()}");
                AssertAccepted(constraint, Tokenizer.Encode(document), document);
                AssertAccepted(constraint, RandomTokens(Encoding.UTF8.GetBytes(document), random), document);
            }
        },
        iter: 150);

    [Fact]
    public void Whatever_a_random_model_writes_parses_and_fits()
    {
        var finished = 0;
        Gen.Int.Sample(
            seed =>
            {
                var schema = new RandomJson(seed).Schema();
                using var generator = new TextGenerator(Model(seed), Tokenizer);
                var options = new GenerationOptions
                {
                    MaximumTokens = 500, Constraint = OutputConstraint.JsonSchema(schema.ToJsonString(), Tokenizer), Sampling = new() { Temperature = 1, TopP = 1, Seed = seed },
                };
                var result = generator.Complete([0], options, TestContext.Current.CancellationToken)[0];
                if (result.Finish == FinishReason.Stop)
                {
                    Interlocked.Increment(ref finished);
                    var document = JsonNode.Parse(result.Text);
                    // Reads every string, so that a lone surrogate would throw.
                    document?.ToJsonString();
                    Assert.True(JsonSchemaValidator.Fits(document, schema, schema), $"{result.Text} of {schema.ToJsonString()}");
                }
            },
            iter: 60);
        // Random schemas may be long; most documents end within the limit, or nothing was shown.
        Assert.InRange(finished, 30, 60);
    }

    /// <summary>A mask against the definition: a token is allowed where its bytes, read one by one, lead somewhere.</summary>
    [Fact]
    public void Masks_are_those_of_each_token_alone() => Gen.Int.Sample(
        seed =>
        {
            var json = new RandomJson(seed);
            var schema = json.Schema();
            var constraint = OutputConstraint.JsonSchema(schema.ToJsonString(), Tokenizer);
            var state = constraint.Start;
            foreach (var id in Tokenizer.Encode(json.Document(schema, schema)))
            {
                for (var other = 0; other < Tokenizer.VocabularySize; other++)
                {
                    var expected = Tokenizer.IsSpecial(other) ? null : constraint.Next(state, other);
                    Assert.Equal(expected is not null, IsAllowed(constraint, state, other));
                }

                state = constraint.Next(state, id)!;
            }
        },
        iter: 10);

    [Theory]
    [InlineData("""{"type": "string"}""", "\"a\u0001\"", "\"\\x\"", "\"\\uD800\"", "\"\\uDC00\\uD800\"", "\"\\u12G4\"", "'a'", "a", " \"a\"")]
    [InlineData("""{"type": "integer"}""", "01", "-", "+1", "1.0", "1e3", "12345678901234567", ".5", "--1")]
    [InlineData("""{"type": "number"}""", "1.", "1e", "1e+", "1e999", "NaN", "0x1", "-.5")]
    [InlineData("""{"type": "array", "items": {"type": "null"}, "minItems": 1, "maxItems": 2}""", "[]", "[null,]", "[null,null,null]", "[,null]", "[ null]  ", "[null  ]", "[null null]")]
    [InlineData("""{"type": "object", "properties": {"a": {"type": "null"}, "b": {"type": "null"}}, "required": ["b"], "additionalProperties": false}""",
        "{}", "{\"a\":null}", "{\"b\":null,\"a\":null}", "{\"a\":null,}", "{,\"b\":null}", "{\"b\":null,\"b\":null}", "{\"c\":null,\"b\":null}", "{\"b\" :null}")]
    [InlineData("""{"enum": ["red", 1]}""", "\"re", "\"redd\"", "11", "\"Red\"")]
    public void What_does_not_fit_is_refused(string schema, params string[] documents)
    {
        var constraint = OutputConstraint.JsonSchema(schema, Tokenizer);
        Assert.All(documents, document => Assert.False(IsWhole(constraint, Tokenizer.Encode(document)), document));
    }

    [Fact]
    public void Only_the_end_follows_a_whole_document()
    {
        var constraint = OutputConstraint.JsonSchema("""{"type": "boolean"}""", Tokenizer);
        var state = Tokenizer.Encode("true").Aggregate(constraint.Start, (state, id) => constraint.Next(state, id)!);
        Assert.True(state is { IsComplete: true, IsLast: true });
        Assert.True(constraint.Allowed(state).IndexOfAnyExcept(0UL) < 0);
    }

    [Fact]
    public void A_long_list_takes_no_more_states_than_a_short_one()
    {
        var grammar = JsonSchemaGrammar.Compile("""{"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}""");
        var text = Encoding.UTF8.GetBytes("[" + string.Join(", ", Enumerable.Repeat("[12, 3]", 50)));
        var states = new List<int>();
        var state = grammar.Start;
        foreach (var value in text)
        {
            state = grammar.Next(state, value)!;
            states.Add(grammar.States.Count);
        }

        Assert.Equal(states[30], states[^1]);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("true", "$: true and false are not supported")]
    [InlineData("{}", "$: a type, enum, const, anyOf or $ref is needed")]
    [InlineData("""{"type": "text"}""", "$.type: 'text' is no type")]
    [InlineData("""{"type": "string", "pattern": "a+"}""", "$.pattern: 'pattern' is not supported")]
    [InlineData("""{"type": "string", "minItems": 1}""", "$.minItems: 'minItems' is not supported with string")]
    [InlineData("""{"type": "object", "properties": {"a": {"type": "integer", "minimum": 3}}, "additionalProperties": false}""", "$.properties.a.minimum: 'minimum' is not supported")]
    [InlineData("""{"type": "object", "properties": {}}""", "$: an object needs 'additionalProperties': false")]
    [InlineData("""{"type": "object", "required": ["a"], "additionalProperties": false}""", "$.required[0]: 'a' is no property")]
    [InlineData("""{"type": "array"}""", "$: an array needs 'items'")]
    [InlineData("""{"type": "array", "items": {"type": "null"}, "minItems": 3, "maxItems": 2}""", "$: minItems is 3, but maxItems is 2")]
    [InlineData("""{"type": "array", "items": {"type": "null"}, "minItems": -1}""", "$.minItems: a whole number from 0")]
    [InlineData("""{"enum": []}""", "$.enum: it is empty")]
    [InlineData("""{"type": "string", "enum": [1]}""", "$.enum[0]: 1 is not of type string")]
    [InlineData("""{"anyOf": [{"type": "null"}], "type": "null"}""", "$.type: 'type' is not supported with anyOf")]
    [InlineData("""{"oneOf": [{"type": "null"}]}""", "$: a type, enum")]
    [InlineData("""{"$ref": "#/$defs/x"}""", "$.$ref: '#/$defs/x' names nothing: $ has no '$defs'")]
    [InlineData("""{"$ref": "other.json"}""", "$.$ref: 'other.json' is not a place in this schema")]
    [InlineData("""{"$ref": "#"}""", "$: no finite text fits")]
    [InlineData("""{"anyOf": [{"$ref": "#"}, {"type": "null"}]}""", "$: it begins with itself")]
    [InlineData("""{"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"], "additionalProperties": false}""", "no finite text fits")]
    public void A_schema_that_cannot_be_used_is_an_error_that_names_the_place(string schema, string reason)
    {
        var error = Assert.Throws<InferenceException>(() => OutputConstraint.JsonSchema(schema, Tokenizer));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void References_name_places_by_JSON_pointers()
    {
        var constraint = OutputConstraint.JsonSchema("""{"anyOf": [{"$ref": "#/$defs/a~1b%20~0"}], "$defs": {"a/b ~": {"const": 5}}}""", Tokenizer);
        Assert.True(IsWhole(constraint, Tokenizer.Encode("5")));
    }

    /// <summary>Random logits with a leaning to what ends strings, arrays and objects, so that most texts end.</summary>
    private static FakeEngine Model(int seed)
    {
        var leaning = Enumerable.Range(0, Tokenizer.VocabularySize).Select(id => Tokenizer.TokenBytes(id).IndexOfAny("\"]}"u8) >= 0 ? 6f : 0f).ToArray();
        var random = new Random(seed);
        var table = Enumerable.Range(0, 64).Select(_ => leaning.Select(lean => lean + 4 * random.NextSingle()).ToArray()).ToArray();
        return new(Tokenizer.VocabularySize, Context, (tokens, id) => table[tokens[^1] % 64][id]);
    }

    private static void AssertAccepted(OutputConstraint constraint, IEnumerable<int> ids, string document)
    {
        var state = constraint.Start;
        foreach (var id in ids)
        {
            Assert.True(IsAllowed(constraint, state, id), $"{Tokenizer.Decode([id])} in {document}");
            state = constraint.Next(state, id)!;
        }

        Assert.True(state.IsComplete, document);
    }

    private static bool IsWhole(OutputConstraint constraint, IEnumerable<int> ids)
    {
        GrammarState? state = constraint.Start;
        foreach (var id in ids)
        {
            if (!IsAllowed(constraint, state, id))
            {
                return false;
            }

            state = constraint.Next(state, id)!;
        }

        return state.IsComplete;
    }

    private static bool IsAllowed(OutputConstraint constraint, GrammarState state, int id) => ((constraint.Allowed(state)[id / 64] >> id) & 1) != 0;

    private static List<int> RandomTokens(byte[] bytes, Random random)
    {
        List<int> ids = [];
        for (var start = 0; start < bytes.Length;)
        {
            var fitting = Enumerable.Range(0, Tokenizer.VocabularySize)
                .Where(id => !Tokenizer.IsSpecial(id) && bytes.AsSpan(start).StartsWith(Tokenizer.TokenBytes(id))).ToArray();
            ids.Add(fitting[random.Next(fitting.Length)]);
            start += Tokenizer.TokenBytes(ids[^1]).Length;
        }

        return ids;
    }
}
