using System.Security.Cryptography;
using System.Text;
using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Inference.Batches;

/// <summary>
/// Generates for a file of prompts: a line a prompt, <c>{"prompt": "…"}</c>, or a conversation, <c>{"messages": […]}</c>, with options of its own where it has any. All lines are checked before the first is generated; the results come
/// in the order of the prompts, and after a kill the same call goes on where it was.
/// </summary>
/// <param name="generator">Generates.</param>
/// <param name="defaults">How, where a line says nothing.</param>
/// <param name="template">Writes conversations; null: the model's own.</param>
public sealed class GenerationBatch(TextGenerator generator, GenerationOptions defaults, ChatTemplate? template = null)
{
    // Read when the first conversation needs it: a template that is not supported is no obstacle to prompts.
    private readonly Lazy<(ChatTemplate? Template, TurnEnd End)> _template = new(() =>
    {
        var chosen = template ?? generator.Model?.ChatTemplate;
        return (chosen, chosen?.FindTurnEnd(generator.Tokenizer) ?? new([], []));
    });

    /// <summary>Counts the prompts of a file and checks all of them.</summary>
    /// <param name="input">JSON lines; empty ones are passed over.</param>
    /// <exception cref="InferenceException">A line is not sound, or has a conversation that the chat template does not take; the message names it.</exception>
    public int Check(string input)
    {
        var count = 0;
        foreach (var line in Read(input))
        {
            count++;
            if (line.Turns is not null)
            {
                Encode(line, input, count);
            }
        }

        return count;
    }

    /// <summary>Generates.</summary>
    /// <param name="input">JSON lines.</param>
    /// <param name="output">The file to make: a line a prompt, as <see cref="GenerationJson"/> writes it.</param>
    /// <param name="settings">What else the results depend on, such as the model and the command's options: a file begun with others is not continued.</param>
    /// <param name="report">Told how many prompts are done, those of an earlier run too, and how many tokens this run has generated; null: nobody.</param>
    /// <param name="cancellation">Stops between tokens; what is done stays.</param>
    /// <returns>Prompts generated now, without those of an earlier run.</returns>
    /// <exception cref="InferenceException">A line is not sound or too long for the model, or the output exists or was begun with other input or settings.</exception>
    public int Run(string input, string output, string settings, Action<int, long>? report = null, CancellationToken cancellation = default)
    {
        Check(input);
        using var lines = new ResumableLines(output, Header(input, settings));
        var (done, tokens) = (lines.Count, 0L);
        report?.Invoke(done, tokens);
        foreach (var line in Read(input).Skip(done))
        {
            var prompt = Encode(line, input, lines.Count + 1);
            var options = line.Turns is null ? line.Options : line.Options with
            {
                StopIds = [.. line.Options.StopIds, .. _template.Value.End.Ids],
                StopStrings = [.. line.Options.StopStrings, .. _template.Value.End.Strings],
            };
            IReadOnlyList<GenerationResult> results;
            try
            {
                results = generator.Complete(prompt, options, cancellation);
            }
            catch (InferenceException exception)
            {
                throw new InferenceException($"{input}, prompt {lines.Count + 1}: {exception.Message}", exception);
            }

            lines.Append(GenerationJson.Write(line.Id, line.Prompt, prompt.Count, results, generator.Tokenizer, line.Messages));
            tokens += results.Sum(result => result.Ids.Count);
            report?.Invoke(lines.Count, tokens);
        }

        var made = lines.Count - done;
        lines.Complete();
        return made;
    }

    private IReadOnlyList<int> Encode(PromptLine line, string input, int number)
    {
        if (line.Turns is null)
        {
            return generator.Encode(line.Prompt);
        }

        if (_template.Value.Template is not { } chosen)
        {
            throw new InferenceException($"{input}, prompt {number}: it is a conversation, but the model brings no chat template; name one");
        }

        try
        {
            return chosen.Render(line.Turns, addGenerationPrompt: true).Encode(generator.Tokenizer);
        }
        catch (ChatTemplateException exception)
        {
            throw new InferenceException($"{input}, prompt {number}: the chat template does not take the conversation: {exception.Message}", exception);
        }
    }

    private static string Header(string input, string settings)
    {
        using var stream = File.OpenRead(input);
        var hash = SHA256.HashData([.. SHA256.HashData(stream), .. Encoding.UTF8.GetBytes(settings)]);
        return $"{{\"unfinished\": \"olmo generate\", \"run\": \"{Convert.ToHexStringLower(hash)}\"}}";
    }

    private IEnumerable<PromptLine> Read(string input)
    {
        // Lines may take turns with the schemas of many kinds of prompts.
        var constraints = new ConstraintStore(generator.Tokenizer, most: 64);
        return File.ReadLines(input).Select((text, i) => (Text: text, Number: i + 1)).Where(line => !string.IsNullOrWhiteSpace(line.Text))
            .Select(line => PromptLine.Parse($"{input}:{line.Number}", line.Text, defaults, constraints));
    }
}
