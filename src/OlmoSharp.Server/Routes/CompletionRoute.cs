using Microsoft.AspNetCore.Http;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Requests;
using OlmoSharp.Server.Responses;
using OlmoSharp.Server.Streaming;

namespace OlmoSharp.Server.Routes;

/// <summary><c>POST /v1/completions</c>.</summary>
/// <param name="model">What is served.</param>
internal sealed class CompletionRoute(ServedModel model) : IWorkRoute
{
    /// <inheritdoc/>
    public async Task AnswerAsync(HttpContext context, WorkPermit permit)
    {
        var cancellation = permit.Token;
        CompletionRequest request;
        using (var body = await RequestBody.ReadAsync(context.Request, permit))
        {
            request = CompletionRequest.Read(body.Parameters, model);
        }

        var head = new ResponseHead("cmpl", model);
        var count = new TokenCount(request.Prompts.Sum(prompt => prompt.Ids.Length));
        var echoes = await EchoesAsync(request, cancellation);
        var steps = model.GenerateAsync(request.Prompts, request.Options, count, cancellation);
        await (request.Stream.IsOn
            ? StreamAsync(new(context.Response), request, head, count, echoes, steps, cancellation)
            : CollectAsync(context.Response, request, head, count, echoes, steps));
    }

    private async Task CollectAsync(
        HttpResponse response, CompletionRequest request, ResponseHead head, TokenCount count, Echo[] echoes, IAsyncEnumerable<PromptStep> steps)
    {
        var samples = request.Options.Samples;
        TextCollector[] texts = [.. Enumerable.Range(0, request.Prompts.Count * samples).Select(_ => new TextCollector())];
        await foreach (var (prompt, step) in steps)
        {
            texts[prompt * samples + step.Sample].Add(step);
        }

        var choices = texts.Select((text, index) =>
        {
            var echo = echoes[index / samples];
            var logProbabilities = NewList(request);
            echo.AddTo(logProbabilities);
            foreach (var token in text.LogProbabilities)
            {
                logProbabilities?.Add(token.Chosen.Id, token);
            }

            return new CompletionChoice(echo.Text + text.Text, index, logProbabilities?.Take(), text.FinishReason);
        });
        await JsonBody.WriteAsync(
            response,
            new CountedCompletionResponse(head.Id, head.Created, head.Model, head.SystemFingerprint, [.. choices], count.Usage),
            ResponseJson.Default.CountedCompletionResponse);
    }

    private async Task StreamAsync(
        ServerSentEvents events, CompletionRequest request, ResponseHead head, TokenCount count, Echo[] echoes, IAsyncEnumerable<PromptStep> steps, CancellationToken cancellation)
    {
        var samples = request.Options.Samples;
        var lists = Enumerable.Range(0, request.Prompts.Count * samples).Select(_ => NewList(request)).ToArray();
        var begun = new bool[lists.Length];
        await foreach (var (prompt, step) in steps)
        {
            var index = prompt * samples + step.Sample;
            if (!begun[index])
            {
                begun[index] = true;
                echoes[prompt].AddTo(lists[index]);
                if (request.Echo)
                {
                    await SendAsync(new(echoes[prompt].Text, index, lists[index]?.Take(), null));
                }
            }

            if (step.LogProbabilities is { } token)
            {
                lists[index]!.Add(token.Chosen.Id, token);
            }

            if (step.Text.Length > 0 || step.LogProbabilities is not null || step.Finish is not null)
            {
                var logProbabilities = step.LogProbabilities is null ? null : lists[index]!.Take();
                await SendAsync(new(step.Text, index, logProbabilities, step.Finish is { } finish ? FinishReasons.NameOf(finish) : null));
            }
        }

        if (request.Stream.HasUsage)
        {
            await events.WriteAsync(
                new CountedCompletionResponse(head.Id, head.Created, head.Model, head.SystemFingerprint, [], count.Usage), ResponseJson.Default.CountedCompletionResponse, cancellation);
        }

        await events.EndAsync(cancellation);

        Task SendAsync(CompletionChoice choice) => request.Stream.HasUsage
            ? events.WriteAsync(
                new CountedCompletionResponse(head.Id, head.Created, head.Model, head.SystemFingerprint, [choice], null), ResponseJson.Default.CountedCompletionResponse, cancellation)
            : events.WriteAsync(new CompletionResponse(head.Id, head.Created, head.Model, head.SystemFingerprint, [choice]), ResponseJson.Default.CompletionResponse, cancellation);
    }

    private CompletionLogProbabilityList? NewList(CompletionRequest request) =>
        request.Options.LogProbabilities is { } top ? new(model.Tokenizer, top > 0) : null;

    private async Task<Echo[]> EchoesAsync(CompletionRequest request, CancellationToken cancellation)
    {
        if (!request.Echo)
        {
            return [.. request.Prompts.Select(_ => Echo.None)];
        }

        var scores = request.Options.LogProbabilities is { } top ? await model.ScoreAsync(request.Prompts, top, cancellation) : null;
        return [.. request.Prompts.Select((prompt, i) => new Echo(prompt.Text ?? model.Tokenizer.Decode(prompt.Ids, skipSpecialTokens: true), prompt, scores?[i]))];
    }

    /// <summary>A prompt as its answers repeat it.</summary>
    /// <param name="Text">Its text.</param>
    /// <param name="Prompt">The prompt; null where it is not repeated.</param>
    /// <param name="Scores">Log-probabilities of its tokens but the first, where they were asked for.</param>
    private sealed record Echo(string Text, Prompt? Prompt, IReadOnlyList<ChosenLogProbabilities>? Scores)
    {
        public static readonly Echo None = new("", null, null);

        public void AddTo(CompletionLogProbabilityList? list)
        {
            if (list is null || Prompt is null || Scores is null)
            {
                return;
            }

            // The end-of-text token that a text is put after is no part of it, and so its first token has a log-probability.
            if (Prompt.Text is null)
            {
                list.Add(Prompt.Ids[0], null);
            }

            foreach (var score in Scores)
            {
                list.Add(score.Chosen.Id, score);
            }
        }
    }
}
