namespace OlmoSharp.Models.Layers;

/// <summary>A model's parts and the shapes of its parameters, in the order of the forward pass; takes no memory for weights.</summary>
internal sealed class TransformerLayers
{
    /// <summary>Describes the model of a config.</summary>
    public TransformerLayers(ModelConfig config)
    {
        long[] vocabularyShape = [config.VocabularySize, config.HiddenSize];
        Embedding = new("model.embed_tokens.weight", vocabularyShape, decays: false, initialisedToOne: false);
        Parameters.Add(Embedding);
        Blocks = [.. Enumerable.Range(0, config.Layers).Select(layer => new TransformerBlock(config, layer, Parameters))];
        FinalNorm = new(config, "model.norm.weight", Parameters);
        if (config.TiedEmbeddings)
        {
            Head = Embedding;
        }
        else
        {
            Head = new("lm_head.weight", vocabularyShape, decays: true, initialisedToOne: false);
            Parameters.Add(Head);
        }
    }

    /// <summary>Every parameter once.</summary>
    public List<Parameter> Parameters { get; } = [];

    /// <summary>Input embedding, [vocabulary, hidden].</summary>
    public Parameter Embedding { get; }

    /// <summary>The blocks, first to last.</summary>
    public IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>Normalisation before the output projection.</summary>
    public Norm FinalNorm { get; }

    /// <summary>Output projection, [vocabulary, hidden]; the embedding itself where they are tied.</summary>
    public Parameter Head { get; }
}
