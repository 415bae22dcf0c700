namespace OlmoSharp.Evaluation.Judging;

/// <summary>Which of two answers a judge sees first.</summary>
public enum JudgeOrder
{
    /// <summary>Each once: a judge that prefers a place then gives a tie.</summary>
    Both,

    /// <summary>One of them, drawn with the seed for each document.</summary>
    Random,
}
