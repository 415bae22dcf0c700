namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>What a failed request says about those to come.</summary>
public enum EndpointFailure
{
    /// <summary>The service was out of reach or overloaded, each time it was asked: later it may answer.</summary>
    Passing,

    /// <summary>The service refuses this request, such as for its length; others may do.</summary>
    Refused,

    /// <summary>The answer is not what was asked for.</summary>
    Unreadable,

    /// <summary>The service refuses every request: the key, the address or the model's name is wrong.</summary>
    Final,
}
