namespace OlmoSharp.Evaluation.Tasks;

/// <summary>How a model's answers become scores.</summary>
public enum AnswerScoring
{
    /// <summary>By likelihoods: of choices, of a gold answer, or of a whole text.</summary>
    Likelihood,

    /// <summary>TruthfulQA's MC1 and MC2, of which the first choice is the best true answer.</summary>
    TruthfulQa,

    /// <summary>Exact match and F1 of words as in SQuAD, the best over all references.</summary>
    Squad,

    /// <summary>Exact match and F1 as in DROP, the best over all validated answers.</summary>
    Drop,

    /// <summary>The last number, as in GSM8K.</summary>
    GradeSchoolMath,

    /// <summary>Equivalence of formulas, as in MATH.</summary>
    Math,

    /// <summary>The answer at the end of a chain of thought, as in BIG-Bench Hard.</summary>
    BigBenchHard,

    /// <summary>What stands between "the answer is" and the end of the line, as in OLMES's older form of BIG-Bench Hard.</summary>
    AnswerSentence,

    /// <summary>The letter of the right choice at the end of a chain of thought, as in the Tülu 3 form of MMLU and MMLU-Pro.</summary>
    AnswerLetter,

    /// <summary>Whether an alias is part of the text, as in PopQA.</summary>
    Alias,

    /// <summary>Instructions that a program checks, as in IFEval.</summary>
    Instructions,

    /// <summary>Tests of a function that was completed, as in HumanEval.</summary>
    HumanEval,

    /// <summary>Tests of a program, as in MBPP.</summary>
    Mbpp,

    /// <summary>A judge compares texts, which <c>olmo eval run</c> only writes.</summary>
    Judge,
}
