using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa</c>.</summary>
internal sealed class CalmqaCommand : OlmoCommand
{
    public CalmqaCommand()
        : base("calmqa", "Answer, score and judge CaLMQA's questions in 23 languages")
    {
        Group = CommandGroup.Analysis;
        Add(new CalmqaAgreementCommand());
        Add(new CalmqaAnnotateCommand());
        Add(new CalmqaGenerateCommand());
        Add(new CalmqaIdentifyCommand());
        Add(new CalmqaInfoCommand());
        Add(new CalmqaLanguagesCommand());
        Add(new CalmqaScoreCommand());
        Add(new CalmqaTrainProfilesCommand());
    }
}
