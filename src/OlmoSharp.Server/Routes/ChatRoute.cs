using Microsoft.AspNetCore.Http;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Server.Hosting;
using OlmoSharp.Server.Requests;
using OlmoSharp.Server.Responses;
using OlmoSharp.Server.Streaming;

namespace OlmoSharp.Server.Routes;

/// <summary><c>POST /v1/chat/completions</c>.</summary>
/// <param name="model">What is served.</param>
internal sealed class ChatRoute(ServedModel model) : IWorkRoute
{
    private const string Assistant = "assistant";

    /// <inheritdoc/>
    public async Task AnswerAsync(HttpContext context, WorkPermit permit)
    {
        var cancellation = permit.Token;
        ChatRequest request;
        using (var body = await RequestBody.ReadAsync(context.Request, permit))
        {
            request = ChatRequest.Read(body.Parameters, model);
        }

        var head = new ResponseHead("chatcmpl", model);
        var count = new TokenCount(request.Prompt.Ids.Length);
        var steps = model.GenerateAsync([request.Prompt], request.Options, count, cancellation);
        await (request.Stream.IsOn
            ? StreamAsync(new(context.Response), request, head, count, steps, cancellation)
            : CollectAsync(context.Response, request, head, count, steps));
    }

    private async Task CollectAsync(HttpResponse response, ChatRequest request, ResponseHead head, TokenCount count, IAsyncEnumerable<PromptStep> steps)
    {
        TextCollector[] texts = [.. Enumerable.Range(0, request.Options.Samples).Select(_ => new TextCollector())];
        await foreach (var (_, step) in steps)
        {
            texts[step.Sample].Add(step);
        }

        var choices = texts.Select((text, index) => new ChatChoice(index, new(text.Text), LogProbabilities(request, text.LogProbabilities), text.FinishReason));
        await JsonBody.WriteAsync(
            response, new(head.Id, head.Created, head.Model, [.. choices], count.Usage, head.SystemFingerprint), ResponseJson.Default.ChatResponse);
    }

    private async Task StreamAsync(
        ServerSentEvents events, ChatRequest request, ResponseHead head, TokenCount count, IAsyncEnumerable<PromptStep> steps, CancellationToken cancellation)
    {
        var begun = new bool[request.Options.Samples];
        await foreach (var (_, step) in steps)
        {
            if (!begun[step.Sample])
            {
                begun[step.Sample] = true;
                await SendAsync(new(step.Sample, new(Assistant, ""), null, null));
            }

            if (step.Text.Length > 0 || step.LogProbabilities is not null)
            {
                await SendAsync(new(step.Sample, new(null, step.Text), LogProbabilities(request, step.LogProbabilities is { } token ? [token] : []), null));
            }

            if (step.Finish is { } finish)
            {
                await SendAsync(new(step.Sample, new(null, null), null, FinishReasons.NameOf(finish)));
            }
        }

        if (request.Stream.HasUsage)
        {
            await events.WriteAsync(new(head.Id, head.Created, head.Model, head.SystemFingerprint, [], count.Usage), ResponseJson.Default.CountedChatChunk, cancellation);
        }

        await events.EndAsync(cancellation);

        Task SendAsync(ChatChunkChoice choice) => request.Stream.HasUsage
            ? events.WriteAsync(new(head.Id, head.Created, head.Model, head.SystemFingerprint, [choice], null), ResponseJson.Default.CountedChatChunk, cancellation)
            : events.WriteAsync(new(head.Id, head.Created, head.Model, head.SystemFingerprint, [choice]), ResponseJson.Default.ChatChunk, cancellation);
    }

    private ChatLogProbabilities? LogProbabilities(ChatRequest request, IReadOnlyList<ChosenLogProbabilities> tokens) =>
        request.Options.LogProbabilities is null ? null : ChatLogProbabilityFormat.Of(model.Tokenizer, tokens);
}
