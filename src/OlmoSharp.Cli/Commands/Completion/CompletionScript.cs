namespace OlmoSharp.Cli.Commands.Completion;

/// <summary>Shell scripts that ask <c>olmo "[suggest:POSITION]" "LINE"</c> what may come next, a suggestion a line, and fall back on file names.</summary>
internal static class CompletionScript
{
    private const string Bash = """
        _olmo_complete() {
          local word="${COMP_WORDS[COMP_CWORD]}" IFS=$'\n'
          COMPREPLY=($(compgen -W "$(olmo "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
        }
        complete -o default -F _olmo_complete olmo

        """;

    private const string Zsh = """
        _olmo() {
          local -a suggestions
          suggestions=("${(@f)$(olmo "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
          if [[ -n "${suggestions[1]}" ]]; then compadd -- "${suggestions[@]}"; else _files; fi
        }
        compdef _olmo olmo

        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName olmo -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          olmo "[suggest:$cursorPosition]" "$commandAst" 2>$null | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }

        """;

    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "pwsh"];

    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "pwsh" => PowerShell,
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, "not a shell with a script"),
    };
}
