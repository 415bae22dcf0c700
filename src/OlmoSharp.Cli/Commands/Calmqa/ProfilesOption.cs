using System.CommandLine;
using OlmoSharp.Evaluation.Calmqa.Languages;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary>Profiles beside those that come with the program.</summary>
internal sealed class ProfilesOption : Option<string[]>
{
    public ProfilesOption()
        : base("--profiles")
    {
        HelpName = "FILE";
        Description = "More language profiles, of olmo calmqa train-profiles; may be given several times";
    }

    /// <summary>The profiles of a command line.</summary>
    public LanguageProfiles Read(ParseResult arguments) =>
        (arguments.GetValue(this) ?? []).Aggregate(LanguageProfiles.Default, (profiles, path) => profiles.With(LanguageProfiles.Load(path)));
}
