namespace OlmoSharp.Data.Classification;

/// <summary>How a model turns a text's vector into scores of labels; the numbers are those of fastText's files.</summary>
internal enum ClassifierLoss
{
    /// <summary>A binary tree of logistic decisions with the labels as leaves.</summary>
    HierarchicalSoftmax = 1,

    /// <summary>A logistic decision for each label, trained with sampled negatives.</summary>
    NegativeSampling = 2,

    /// <summary>One distribution over all labels.</summary>
    Softmax = 3,

    /// <summary>A logistic decision for each label.</summary>
    OneVsAll = 4,
}
