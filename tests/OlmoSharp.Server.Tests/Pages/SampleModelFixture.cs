using OlmoSharp.Server.Tests.Serving;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>The random model, made once.</summary>
public sealed class SampleModelFixture : IDisposable
{
    private readonly SampleModel _sample = new();

    /// <summary>Serves it.</summary>
    /// <param name="hasChat">Whether it has a chat template.</param>
    internal Task<TestServer> StartAsync(bool hasChat = true) =>
        TestServer.StartAsync(_sample, prepare: model => model with { ChatTemplate = hasChat ? ChatTemplate.BuiltIn("plain", SampleModel.Tokenizer) : null });

    public void Dispose() => _sample.Dispose();
}
