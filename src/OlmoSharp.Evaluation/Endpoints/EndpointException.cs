namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>A request that a service did not answer.</summary>
/// <param name="failure">What that says about other requests.</param>
/// <param name="message">What is wrong and what to do about it.</param>
/// <param name="inner">The cause, if another exception was.</param>
public sealed class EndpointException(EndpointFailure failure, string message, Exception? inner = null) : EvaluationException(message, inner)
{
    /// <summary>What that says about other requests.</summary>
    public EndpointFailure Failure => failure;
}
