using System.Text.RegularExpressions;
using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Chat;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>Puts instruction, examples and a document's prompt together, as text or as a chat's messages.</summary>
internal sealed class PromptAssembler
{
    private readonly TaskSpec _spec;
    private readonly DocumentReader _reader;
    private readonly List<EvaluationDocument> _examples;
    private readonly List<string> _rendered;
    private readonly string _beginning;

    /// <param name="spec">The task.</param>
    /// <param name="reader">Writes prompts.</param>
    /// <param name="examples">The examples, one more than there are shots where the document may be one.</param>
    public PromptAssembler(TaskSpec spec, DocumentReader reader, List<EvaluationDocument> examples)
    {
        (_spec, _reader, _examples) = (spec, reader, examples);
        _rendered = [.. examples.Select(example => Question(example) + reader.Target(example))];
        _beginning = Beginning(_rendered.Take(spec.Shots));
    }

    /// <summary>The prompt of a document, and of a choice where each has its own.</summary>
    public AssembledPrompt Assemble(EvaluationDocument document, int? choice)
    {
        var own = _spec.Fewshot.KeepsOwn ? -1 : _examples.FindIndex(example => example.Row.Place == document.Row.Place);
        var question = _reader.Prompt(document, choice);
        var prefix = _reader.AnswerPrefix(document);
        if (_spec.Chat)
        {
            return new AssembledPrompt("", [.. Messages(own, question, prefix)], prefix);
        }

        var beginning = own < 0 ? _beginning : Beginning(_rendered.Where((_, index) => index != own).Take(_spec.Shots));
        return new AssembledPrompt(string.Concat(beginning, question, _spec.FinalInstruction, prefix), null, "");
    }

    private string Question(EvaluationDocument example) => _reader.Prompt(example, _reader.HasPromptForEachChoice ? example.Gold : null);

    private string Beginning(IEnumerable<string> examples) => _spec.Instruction + string.Concat(examples.Select(example => example + _spec.Separator));

    private IEnumerable<ChatMessage> Messages(int own, string question, string prefix)
    {
        if (_spec.System.Length > 0)
        {
            yield return new ChatMessage(ChatRole.System, _spec.System);
        }

        List<EvaluationDocument> examples = [.. _examples.Where((_, index) => index != own).Take(_spec.Shots)];
        if (_spec.Multiturn && examples.Count > 0)
        {
            foreach (var example in examples)
            {
                var turn = (example == examples[0] ? _spec.Instruction : "") + Question(example);
                yield return new ChatMessage(ChatRole.User, WithoutEnd(turn, prefix) + _spec.FinalInstruction);
                yield return new ChatMessage(ChatRole.Assistant, Joined(prefix, _reader.Target(example)));
            }

            yield return new ChatMessage(ChatRole.User, WithoutEnd(question, prefix) + _spec.FinalInstruction);
            yield break;
        }

        var text = Beginning(examples.Select(example => Question(example) + _reader.Target(example))) + question;
        yield return new ChatMessage(ChatRole.User, (examples.Count > 0 ? WithoutEnd(text, prefix) : text) + _spec.FinalInstruction);
    }

    /// <summary>A message without the answer's beginning, which the assistant says instead.</summary>
    private static string WithoutEnd(string message, string prefix) =>
        prefix.Length == 0 ? message : Regex.Replace(message, $@"\s*{Regex.Escape(prefix)}\s*\z", "", RegexOptions.CultureInvariant);

    private static string Joined(string left, string right) => string.Join(' ', new[] { PythonText.Strip(left), PythonText.Strip(right) }.Where(text => text.Length > 0));
}
