using OlmoSharp.Evaluation.Execution;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Execution;

/// <summary>A Python sandbox, contained as well as the machine of the tests allows, or the reason why there is none.</summary>
public sealed class PythonFixture : IAsyncLifetime
{
    private Sandbox? _sandbox;
    private string _reason = "";

    internal Sandbox Sandbox
    {
        get
        {
            Assert.SkipWhen(_sandbox is null, _reason);
            return _sandbox!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        try
        {
            _sandbox = await Sandbox.FindAsync(ProgramLanguage.Python, Containment.TimeLimit);
        }
        catch (EvaluationException error)
        {
            _reason = error.Message;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal Sandbox AtLeast(Containment containment)
    {
        Assert.SkipWhen(Sandbox.Containment < containment, $"only {Sandbox.Containment} here");
        return Sandbox;
    }
}
