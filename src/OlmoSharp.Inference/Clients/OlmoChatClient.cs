using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using OlmoSharp.Inference.Chat;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Tokenization.ChatTemplates;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatRole = Microsoft.Extensions.AI.ChatRole;

namespace OlmoSharp.Inference.Clients;

/// <summary>
/// A model in this process as <see cref="IChatClient"/>, for any program that knows Microsoft.Extensions.AI. Thread-safe: calls at the same time share passes over the weights. What a
/// call asks for and the model cannot give, such as tools or pictures, is refused, never passed over.
/// </summary>
public sealed class OlmoChatClient : IChatClient, IAsyncDisposable
{
    private readonly RequestScheduler _scheduler;
    private readonly bool _ownsScheduler;
    private readonly ChatTemplate _template;
    private readonly ChatRequestReader _reader;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Talks to a model that others may use too.</summary>
    /// <param name="scheduler">Runs the model; it stays the caller's.</param>
    /// <param name="template">Writes conversations for the model; null: the model's own.</param>
    /// <param name="modelId">What the model is called in answers; null: olmo.</param>
    /// <exception cref="InferenceException">No template is given, and the model has none.</exception>
    public OlmoChatClient(RequestScheduler scheduler, ChatTemplate? template = null, string? modelId = null)
        : this(scheduler, template, modelId, ownsScheduler: false)
    {
    }

    private OlmoChatClient(RequestScheduler scheduler, ChatTemplate? template, string? modelId, bool ownsScheduler)
    {
        (_scheduler, _ownsScheduler) = (scheduler, ownsScheduler);
        _template = template ?? scheduler.Model.ChatTemplate ?? throw new InferenceException(
            $"the model brings no chat template; give one, such as ChatTemplate.BuiltIn(\"plain\", tokenizer), of: {string.Join(", ", ChatTemplate.BuiltInNames)}");
        _metadata = new(ModelName.Provider, defaultModelId: modelId ?? ModelName.Default);
        _reader = new(scheduler.Model, _template, _metadata.DefaultModelId!);
    }

    /// <summary>Loads a model and talks to it.</summary>
    /// <param name="path">A Hugging Face model folder, a checkpoint, which is one, or a <c>.gguf</c> file.</param>
    /// <param name="template">The name of a built-in chat template, or a file with one; null: the model's own.</param>
    /// <param name="options">How calls share the engine; null: as <see cref="SchedulerOptions"/> has it.</param>
    /// <exception cref="Models.ModelException">The path holds no sound model.</exception>
    /// <exception cref="InferenceException">The model does not fit into memory, or brings no chat template and none is named.</exception>
    public static OlmoChatClient Load(string path, string? template = null, SchedulerOptions? options = null)
    {
        var model = LoadedModel.Load(path);
        RequestScheduler? scheduler = null;
        try
        {
            var chosen = ChatTemplateChoice.Find(model, template);
            scheduler = new(model, options);
            return new(scheduler, chosen, ModelName.Of(path), ownsScheduler: true);
        }
        catch
        {
            // The scheduler's thread uses the engine until it has ended.
            scheduler?.DisposeAsync().AsTask().GetAwaiter().GetResult();
            if (scheduler is null)
            {
                model.Engine.Dispose();
            }

            throw;
        }
    }

    /// <summary>Answers a conversation.</summary>
    /// <param name="messages">The conversation: texts of system, user and assistant, and of other roles that the template knows.</param>
    /// <param name="options">
    /// How to answer. Without a seed every call draws its own; without a limit the answer may fill the model's context. <see cref="ChatOptions.RawRepresentationFactory"/> may give
    /// <see cref="GenerationOptions"/> to start from. <see cref="ChatOptions.AdditionalProperties"/> may have <c>min_p</c>, <c>repetition_penalty</c> and <c>chat_template_kwargs</c>.
    /// </param>
    /// <param name="cancellationToken">Gives the call up; its memory is free at once.</param>
    /// <exception cref="InferenceException">The conversation is too long, the template refuses it, or an option is out of range or not supported.</exception>
    /// <exception cref="QueueFullException">Too many calls wait.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = _reader.Read(this, messages, options);
        var result = (await _scheduler.CompleteAsync(request.Prompt, request.Options, cancellationToken).ConfigureAwait(false))[0];
        return new(new ChatMessage(ChatRole.Assistant, result.Text) { MessageId = NewId() })
        {
            ResponseId = NewId(),
            ModelId = _metadata.DefaultModelId,
            CreatedAt = DateTimeOffset.UtcNow,
            FinishReason = Reason(result.Finish),
            Usage = Usage(request.Prompt.Count, result.Ids.Count),
            RawRepresentation = result,
        };
    }

    /// <summary>Answers a conversation piece by piece; see <see cref="GetResponseAsync"/>.</summary>
    /// <param name="messages">The conversation.</param>
    /// <param name="options">How to answer.</param>
    /// <param name="cancellationToken">Gives the call up; so does leaving the enumeration.</param>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = _reader.Read(this, messages, options);
        var (response, message, created) = (NewId(), NewId(), DateTimeOffset.UtcNow);
        var generated = 0;
        await foreach (var step in _scheduler.GenerateAsync(request.Prompt, request.Options, cancellationToken).ConfigureAwait(false))
        {
            generated += step.Id is null ? 0 : 1;
            if (step.Text.Length > 0)
            {
                yield return Update(new TextContent(step.Text), step);
            }

            if (step.Finish is { } finish)
            {
                var last = Update(new UsageContent(Usage(request.Prompt.Count, generated)), step);
                last.FinishReason = Reason(finish);
                yield return last;
            }
        }

        ChatResponseUpdate Update(AIContent content, GenerationStep step) => new(ChatRole.Assistant, [content])
        {
            ResponseId = response,
            MessageId = message,
            ModelId = _metadata.DefaultModelId,
            CreatedAt = created,
            RawRepresentation = step,
        };
    }

    /// <summary>Gives this client, its <see cref="ChatClientMetadata"/>, <see cref="RequestScheduler"/>, <see cref="LoadedModel"/> or <see cref="ChatTemplate"/>.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null : new object[] { this, _metadata, _scheduler, _scheduler.Model, _template }.FirstOrDefault(serviceType.IsInstanceOfType);
    }

    /// <summary>Ends running calls with an error and frees the model, where this client loaded it.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Ends running calls with an error and frees the model, where this client loaded it.</summary>
    public ValueTask DisposeAsync() => _ownsScheduler ? _scheduler.DisposeAsync() : ValueTask.CompletedTask;

    private static string NewId() => Guid.NewGuid().ToString("N");

    private static ChatFinishReason Reason(FinishReason finish) => finish == FinishReason.Length ? ChatFinishReason.Length : ChatFinishReason.Stop;

    private static UsageDetails Usage(int prompt, int generated) => new() { InputTokenCount = prompt, OutputTokenCount = generated, TotalTokenCount = prompt + generated };
}
