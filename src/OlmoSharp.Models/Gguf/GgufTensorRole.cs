namespace OlmoSharp.Models.Gguf;

/// <summary>What a tensor does, as far as it decides how many bits a conversion gives it.</summary>
internal enum GgufTensorRole
{
    /// <summary>A norm's weight or a router: few elements on which much depends, always float32, as llama.cpp expects.</summary>
    Exact,

    /// <summary>A matrix.</summary>
    Matrix,

    /// <summary>A matrix whose errors reach the stream unsoftened: the values of attention, the way out of the feed-forward layer.</summary>
    Sensitive,

    /// <summary>The input embedding.</summary>
    Embedding,

    /// <summary>The output projection.</summary>
    Output,
}
