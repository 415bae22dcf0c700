namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>What a secret is: its place in the tagger's types.</summary>
internal enum SecretKind
{
    /// <summary>An access key of Amazon Web Services, or the secret that belongs to one.</summary>
    AwsAccessKey,

    /// <summary>A token or an encrypted password of Artifactory.</summary>
    Artifactory,

    /// <summary>An account key of Azure Storage.</summary>
    AzureStorageKey,

    /// <summary>Quoted base64 that looks random.</summary>
    Base64HighEntropy,

    /// <summary>The password in a URL.</summary>
    BasicAuth,

    /// <summary>A token of a Discord bot.</summary>
    DiscordBotToken,

    /// <summary>A token of GitHub.</summary>
    GitHubToken,

    /// <summary>A token of GitLab.</summary>
    GitLabToken,

    /// <summary>An API key of Google.</summary>
    GoogleApiKey,

    /// <summary>Quoted hexadecimal digits that look random.</summary>
    HexHighEntropy,

    /// <summary>A token of Hugging Face.</summary>
    HuggingFaceToken,

    /// <summary>A JSON Web Token.</summary>
    JsonWebToken,

    /// <summary>A key of Mailchimp.</summary>
    MailchimpKey,

    /// <summary>A token of npm.</summary>
    NpmToken,

    /// <summary>A token of OpenAI.</summary>
    OpenAiToken,

    /// <summary>A private key.</summary>
    PrivateKey,

    /// <summary>A token of PyPI.</summary>
    PyPiToken,

    /// <summary>What is assigned to a name such as <c>password</c>.</summary>
    Keyword,

    /// <summary>An API key of SendGrid.</summary>
    SendGridKey,

    /// <summary>A token or webhook of Slack.</summary>
    SlackToken,

    /// <summary>A secret of Square.</summary>
    SquareSecret,

    /// <summary>A key of Stripe.</summary>
    StripeKey,

    /// <summary>A token of a Telegram bot.</summary>
    TelegramBotToken,

    /// <summary>A key of Twilio.</summary>
    TwilioKey,
}
