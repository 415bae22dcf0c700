using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using OlmoSharp.Data.Attributes;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers.Secrets;

public sealed partial class SecretsTaggerTests
{
    private const string Name = "code_secrets_v1";

    // Letters and digits without a pattern; the secrets below are put together from it, so that no scanner of repositories takes them for real ones.
    private const string Random = "q7Zk2mXw9RtL4vBn8YpJ3hGd6sFcT1aUeKoMiWxQrNzVbPyHjDgSlA5C0E";

    public static TheoryData<string, string> Tokens => new()
    {
        { "AWS_Access_Key", "AKIA" + "IOSFODNN7EXAMPLE" },
        { "Azure_Storage_Account_access_key", "AccountKey=" + Random + Random[..28] + "==" },
        { "Discord_Bot_Token", "M" + Random[..23] + "." + Random[..6] + "." + Random[..27] },
        { "GitHub_Token", "ghp" + "_" + Random[..36] },
        { "GitHub_Token", "github" + "_pat_" + Random[..22] + "_" + Random },
        { "GitLab_Token", "glpat" + "-" + Random[..20] },
        { "GitLab_Token", "GR1348941" + Random[..20] },
        { "Google_API_Key", "AIza" + Random[..35] },
        { "Hugging_Face_Token", "hf" + "_" + Random[..34] },
        { "JSON_Web_Token", WebToken("{\"alg\":\"HS256\"}", "{\"sub\":1}") },
        { "Mailchimp_Access_Key", Random.ToLowerInvariant()[..32] + "-us12" },
        { "NPM_tokens", "npm" + "_" + Random[..36] },
        { "OpenAI_Token", "sk-" + Random[..20] + "T3BlbkFJ" + Random[..20] },
        { "OpenAI_Token", "sk-proj-" + Random[..20] + "_-" + Random[..20] + "T3BlbkFJ" + Random[..20] },
        { "PyPI_Token", "pypi-" + "AgEIcHlwaS5vcmc" + Random + Random[..12] },
        { "SendGrid_API_Key", "SG." + Random[..22] + "." + Random[..43] },
        { "Slack_Token", "xoxb" + "-123456789012-" + Random[..12] },
        { "Slack_Token", "https://hooks." + "slack.com/services/T" + Random[..8] + "/B" + Random[..8] + "/" + Random[..24] },
        { "Square_OAuth_Secret", "sq0csp" + "-" + Random[..43] },
        { "Stripe_Access_Key", "sk" + "_live_" + Random[..24] },
        { "Stripe_Access_Key", "rk" + "_live_" + Random },
        { "Telegram_Bot_Token", "123456789:" + Random[..35] },
        { "Twilio_API_Key", "AC" + Random.ToLowerInvariant()[..32] },
        { "Artifactory_Credentials", "AKC" + Random[..30] },
    };

    [Theory]
    [MemberData(nameof(Tokens))]
    public void A_token_is_found_where_it_stands(string type, string token)
    {
        foreach (var (before, after) in new[] { ("", ""), ("é key ", " é"), ("\"", "\""), ("x\n", "\n") })
        {
            var said = TaggerRun.Of(Name).Tag(before + token + after);
            Assert.Equal([new AttributeSpan(before.Length, before.Length + token.Length, 1)], said[$"SECRET_{type}"]);
        }

        // Part of a longer word, or cut short, it is none.
        Assert.Equal(token.StartsWith("https", StringComparison.Ordinal), TaggerRun.Of(Name).Tag("x" + token).ContainsKey($"SECRET_{type}"));
        Assert.DoesNotContain($"SECRET_{type}", TaggerRun.Of(Name).Tag($" {token[..12]} ").Keys);
    }

    [Fact]
    public void Tokens_one_after_another_are_all_found()
    {
        var text = string.Join('\n', Tokens.Select(row => row.Data.Item2));
        var said = TaggerRun.Of(Name).Tag(text);
        Assert.Equal(
            Tokens.Select(row => row.Data).GroupBy(row => $"SECRET_{row.Item1}").Select(group => (group.Key, Values: string.Join(' ', group.Select(row => row.Item2)))).OrderBy(row => row.Key, StringComparer.Ordinal),
            said.Where(entry => entry.Key is not ("doc" or "SECRET_Secret_Keyword")).Select(entry => (entry.Key, string.Join(' ', entry.Value.Select(span => Text(text, span))))));
    }

    // The text of Dolma's own test, and what is found there.
    [Fact]
    public void Dolmas_example_has_a_keyword_and_a_password()
    {
        const string text = "/* copyright: Test 2023 **/\n\nThis is a document.\n\nThis line contains a secret: https://username:password@dolma.allen.ai\n\nThis is a line with just text.";
        var said = TaggerRun.Of(Name).Tag(text);
        Assert.Equal(["SECRET_Basic_Auth_Credentials", "SECRET_Secret_Keyword", "doc"], said.Keys);
        Assert.Equal("https://username:password@dolma.allen.ai", Text(text, said["SECRET_Secret_Keyword"][0]));
        Assert.Equal("password", Text(text, said["SECRET_Basic_Auth_Credentials"][0]));
        Assert.Equal(NaiveText.Document(text, 2.0 / NaiveText.Split(text).Length), said["doc"]);
        Assert.Equal(-1, TaggerRun.Of(Name).Value(" ", "doc"));
    }

    [Theory]
    [InlineData("password = \"hunter two\"", "hunter two")]
    [InlineData("MY_PASSWORD_2: 'x y'", "x y")]
    [InlineData("\"api_key\": \"value\"", "value")]
    [InlineData("config['db-pass'] := `v1`", "v1")]
    [InlineData("if (\"open sesame\" == userPassword) {", "open sesame")]
    [InlineData("if (clientSecret !== 'abc!') {", "abc!")]
    [InlineData("secret => \"s1\"", "s1")]
    [InlineData("Password = @\"c:\\x\"", "c:\\x")]
    [InlineData("password=hunter2;other=x", "hunter2")]
    [InlineData("auth_key:   Zk2mXw9!", "Zk2mXw9!")]
    [InlineData("password = password", null)]
    [InlineData("password: String", null)]
    [InlineData("password = self.password", null)]
    [InlineData("password = get_password(1)", null)]
    [InlineData("password = os.environ[\"X1\"]", null)]
    [InlineData("password = \"\"", null)]
    [InlineData("password = \"12345\"", null)]
    [InlineData("password = \"abcdef\"", null)]
    [InlineData("password = \"${PASSWORD}\"", null)]
    [InlineData("password = \"{0}\"", null)]
    [InlineData("password = \"<password>\"", null)]
    [InlineData("password = \"123e4567-e89b-12d3-a456-426614174000\"", null)]
    [InlineData("secret_id = \"value1\"", null)]
    [InlineData("key = \"value1\"", null)]
    [InlineData("monkey: \"value1\"", null)]
    [InlineData("password = \"open\nsecret2", null)]
    [InlineData("password == x", null)]
    [InlineData("f(password=None, x=1)", null)]
    public void What_is_assigned_to_a_secrets_name_is_found(string text, string? expected)
    {
        var said = TaggerRun.Of(Name).Tag(text).GetValueOrDefault("SECRET_Secret_Keyword", []);
        Assert.Equal(expected is null ? [] : [expected], said.Select(span => Text(text, span)));
    }

    [Theory]
    [InlineData("x -----BEGIN RSA PRIVATE KEY-----\nMIIE/+a=\nAAAA\n-----END RSA PRIVATE KEY----- y", "-----BEGIN RSA PRIVATE KEY-----\nMIIE/+a=\nAAAA\n-----END RSA PRIVATE KEY-----")]
    [InlineData("\"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n\"", "-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----")]
    [InlineData("look for BEGIN EC PRIVATE KEY (and more) -----END EC PRIVATE KEY-----", "BEGIN EC PRIVATE KEY")]
    [InlineData("BEGIN PUBLIC KEY, A PRIVATE KEY", null)]
    [InlineData("PuTTY-User-Key-File-2: ssh-rsa", "PuTTY-User-Key-File-")]
    public void A_private_key_is_found_whole(string text, string? expected) =>
        Assert.Equal(expected is null ? [] : [expected], TaggerRun.Of(Name).Tag(text).GetValueOrDefault("SECRET_Private_Key", []).Select(span => Text(text, span)));

    [Fact]
    public void The_secret_of_an_access_key_needs_a_name_of_Amazons_before_it()
    {
        var secret = Random[..40];
        Assert.Contains("SECRET_AWS_Access_Key", TaggerRun.Of(Name).Tag($"AWS_SECRET_KEY = '{secret}'").Keys);
        Assert.DoesNotContain("SECRET_AWS_Access_Key", TaggerRun.Of(Name).Tag($"SECRET_KEY = '{secret}'").Keys);
        Assert.DoesNotContain("SECRET_AWS_Access_Key", TaggerRun.Of(Name).Tag($"aws key\n = '{secret}'").Keys);
    }

    // Entropy from its definition: the sum of -p log p over the characters.
    [Fact]
    public void Quoted_strings_are_random_by_their_entropy() => Gen.Select(Gen.Char["0123456789abcdefABCxyzXYZ+/=-_\\"].Array[0, 60], Gen.Int[1, 31], Gen.Char["\"' "], Gen.Char["\"' "], (letters, kinds, left, right) =>
        (Value: string.Concat(letters.Select(letter => "0123456789abcdefABCxyzXYZ+/=-_\\"["0123456789abcdefABCxyzXYZ+/=-_\\".IndexOf(letter, StringComparison.Ordinal) % kinds])), Left: left, Right: right)).Sample(
        sample =>
        {
            var (value, left, right) = sample;
            var entropy = -value.GroupBy(letter => letter).Sum(group => group.Count() / (double)value.Length * Math.Log2(group.Count() / (double)value.Length));
            var isHex = value.All(char.IsAsciiHexDigit) && entropy - (value.All(char.IsAsciiDigit) ? 1.2 / Math.Log2(value.Length) : 0) > 3;
            if (Math.Abs(entropy - 3) < 1e-9 || Math.Abs(entropy - 4.5) < 1e-9)
            {
                return;
            }

            var said = TaggerRun.Of(Name).Tag($"x = {left}{value}{right};");
            var isQuoted = left == right && left != ' ' && value.Length >= 9;
            Assert.Equal(isQuoted && isHex, said.ContainsKey("SECRET_Hex_High_Entropy_String"));
            Assert.Equal(isQuoted && !isHex && entropy > 4.5, said.ContainsKey("SECRET_Base64_High_Entropy_String"));
        },
        iter: 1_500,
        threads: 1);

    [Theory]
    [InlineData("id = '{0}'", false)]
    [InlineData("x = '{0}'", true)]
    [InlineData("commit_id: '{0}'", false)]
    [InlineData("{{commit_ids: ['{0}'", false)]
    [InlineData("hidden = '{0}'", true)]
    [InlineData("commit_id\n'{0}'", true)]
    public void A_random_string_that_is_an_identifier_is_no_secret(string line, bool isFound) =>
        Assert.Equal(isFound, TaggerRun.Of(Name).Tag(line.Replace("{0}", Random[..50], StringComparison.Ordinal)).ContainsKey("SECRET_Base64_High_Entropy_String"));

    [Fact]
    public void Long_strings_are_data() =>
        Assert.Equal(["doc"], TaggerRun.Of(Name).Tag($"x = \"{string.Concat(Enumerable.Repeat(Random, 10))}\"").Keys);

    [Fact]
    public void Scanners_find_what_expressions_find()
    {
        string[] parts = ["AKIA", "ASIA", "gh", "p_", "sk", "_live_", "://", ":", "@", "user", "/", " ", "\n", "é", "\"", "'", "ABCDEFGH12345678", "abcdefgh", "Zz9", "_", "=", "-"];
        var run = TaggerRun.Of(Name);
        Gen.Frequency((3, Gen.Int[0, parts.Length - 1]), (2, Gen.Int[16, 18]), (1, Gen.Int[0, 9])).Array[0, 24].Sample(
            places =>
            {
                var text = string.Concat(places.Select(place => parts[place]));
                var said = run.Tag(text);
                Assert.Equal(Spans(text, Amazon()), said.GetValueOrDefault("SECRET_AWS_Access_Key", []));
                Assert.Equal(Spans(text, GitHub()), said.GetValueOrDefault("SECRET_GitHub_Token", []));
                Assert.Equal(Spans(text, Stripe()), said.GetValueOrDefault("SECRET_Stripe_Access_Key", []));
                Assert.Equal(Spans(text, Login()), said.GetValueOrDefault("SECRET_Basic_Auth_Credentials", []));
            },
            iter: 4_000,
            threads: 1);
    }

    // Each of these takes hours where a step costs as much as the text is long.
    [Theory]
    [InlineData("eyJ-")]
    [InlineData("eyJhIjoxfQ.")]
    [InlineData("sk-")]
    [InlineData("sk-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-")]
    [InlineData("ghp_")]
    [InlineData("xoxb-1-")]
    [InlineData("xoxb-")]
    [InlineData("glpat-")]
    [InlineData("1")]
    [InlineData("a")]
    [InlineData("\"")]
    [InlineData("'\"")]
    [InlineData("'a")]
    [InlineData("secret=")]
    [InlineData("secret=\"")]
    [InlineData("secret=' ")]
    [InlineData("\"==secret")]
    [InlineData("secret = ")]
    [InlineData("secret      ")]
    [InlineData("=")]
    [InlineData("BEGIN PRIVATE KEY")]
    [InlineData("-----BEGIN PRIVATE KEY-----END ")]
    [InlineData("://a:")]
    [InlineData("://")]
    [InlineData("12345678:")]
    [InlineData("hooks.slack.com/services/T")]
    [InlineData("_id:'")]
    public void Long_texts_that_are_nearly_something_take_no_long_time(string part)
    {
        var said = TaggerRun.Of(Name).Tag(string.Concat(Enumerable.Repeat(part, 300_000 / part.Length)));
        Assert.True(said["doc"][0].Score >= 0);
    }

    private static string Text(string text, AttributeSpan span) => string.Concat(text.EnumerateRunes().Skip(span.Start).Take(span.End - span.Start).Select(rune => rune.ToString()));

    private static string WebToken(string header, string payload) => $"{Encode(header)}.{Encode(payload)}.{Random[..43]}";

    private static string Encode(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static IEnumerable<AttributeSpan> Spans(string text, Regex expression) => expression.Matches(text).Select(match => match.Groups[^1]).Select(group => new AttributeSpan(
        NaiveText.Length(text[..group.Index]), NaiveText.Length(text[..(group.Index + group.Length)]), 1));

    [GeneratedRegex("(?<![A-Za-z0-9])((?:AKIA|ASIA)[0-9A-Z]{16})(?![A-Za-z0-9])")]
    private static partial Regex Amazon();

    [GeneratedRegex("(?<![A-Za-z0-9])(ghp_[A-Za-z0-9]{36,})")]
    private static partial Regex GitHub();

    [GeneratedRegex("(?<![A-Za-z0-9])(sk_live_[A-Za-z0-9]{24,})")]
    private static partial Regex Stripe();

    [GeneratedRegex("://[^:/?#\\[\\]@!$&'()*+,;= \\n\"<>`]+:([^:/?#\\[\\]@!$&'()*+,;= \\n\"<>`]+)@")]
    private static partial Regex Login();
}
