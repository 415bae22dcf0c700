using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>
/// Dolma's <c>code_secrets</c>: credentials in a text, by the types of detect-secrets, and their count for each word, −1 where there are no words. All of them are found by scanners in time
/// proportional to the text.
/// </summary>
internal sealed class SecretsTagger : ITagger
{
    private static readonly string[] Names =
    [
        "AWS_Access_Key", "Artifactory_Credentials", "Azure_Storage_Account_access_key", "Base64_High_Entropy_String", "Basic_Auth_Credentials", "Discord_Bot_Token", "GitHub_Token",
        "GitLab_Token", "Google_API_Key", "Hex_High_Entropy_String", "Hugging_Face_Token", "JSON_Web_Token", "Mailchimp_Access_Key", "NPM_tokens", "OpenAI_Token", "Private_Key", "PyPI_Token",
        "Secret_Keyword", "SendGrid_API_Key", "Slack_Token", "Square_OAuth_Secret", "Stripe_Access_Key", "Telegram_Bot_Token", "Twilio_API_Key",
    ];

    private readonly List<SecretMatch> _found = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; } = [.. Names.Select(name => $"SECRET_{name}"), "doc"];

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        var text = document.Text;
        _found.Clear();
        PrivateKeys.Find(text, _found);
        TokenSecrets.Find(text, _found);
        BasicAuth.Find(text, _found);
        QuotedSecrets.Find(text, _found);
        AssignedSecrets.Find(text, _found);
        _found.Sort((left, right) => (left.Start, left.End, left.Kind).CompareTo((right.Start, right.End, right.Kind)));
        foreach (ref readonly var match in CollectionsMarshal.AsSpan(_found))
        {
            spans.Add((int)match.Kind, match.Start, match.End, 1);
        }

        var words = document.Scan.Words.Length;
        spans.AddDocument(Names.Length, words == 0 ? -1 : (double)_found.Count / words);
    }
}
