namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>The taggers of secrets.</summary>
internal static class SecretTaggers
{
    public static IEnumerable<TaggerDescription> All =>
    [
        TaggerDescription.Of("code_secrets_v1", "credentials: tokens of known services, private keys, passwords in URLs, random strings, values of names such as password; and their count for each word", () => new SecretsTagger()),
    ];
}
