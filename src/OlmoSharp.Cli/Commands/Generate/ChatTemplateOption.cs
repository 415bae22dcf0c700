using System.CommandLine;
using OlmoSharp.Inference.Chat;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary>How conversations are written.</summary>
internal sealed class ChatTemplateOption : Option<string?>
{
    public ChatTemplateOption()
        : base("--chat-template")
    {
        HelpName = "NAME|FILE";
        Description = "tulu, olmo, chatml, plain, turns or a Jinja file, instead of the model's own chat template";
    }

    /// <summary>The template of a name, or the model's own.</summary>
    public static ChatTemplate? Find(TextGenerator generator, string? nameOrFile) => ChatTemplateChoice.Find(generator.Model!, nameOrFile);
}
