namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Named code that a layout may call where templates do not reach; each adds fields to the row.</summary>
public enum RowTransform
{
    /// <summary>None.</summary>
    None,

    /// <summary>BasicSkills: <c>shuffled_choices</c> and <c>shuffled_gold</c>, the answer put among the shuffled wrong ones with a generator seeded by the row's <c>id</c>.</summary>
    BasicSkills,

    /// <summary>CoQA: a row for each question, with <c>turn_id</c>, <c>turn_question</c>, <c>turn_answers</c> and <c>history</c>.</summary>
    Coqa,

    /// <summary>CopyColors: a row for each rotation of the choices.</summary>
    CyclicChoices,

    /// <summary>DROP: <c>answers</c>, a list of lists, without repeats.</summary>
    Drop,

    /// <summary>Jeopardy: <c>category_name</c> and <c>clue</c>, from a context of the form <c>CATEGORY: clue</c>.</summary>
    Jeopardy,

    /// <summary>LAB-Bench: <c>all_choices</c> with the ideal one last and <c>all_gold</c>, and <c>shuffled_choices</c> and <c>shuffled_gold</c>, shuffled with a generator seeded by the row's <c>id</c>.</summary>
    LabBench,

    /// <summary>SciQ: <c>shuffled_choices</c> and <c>shuffled_gold</c>, shuffled with a generator seeded by the row's index.</summary>
    Sciq,

    /// <summary>A row of a request file: <c>plain_question</c> and <c>plain_choices</c>, taken out of the prompt in <c>query</c> (or <c>question</c>) where options stand in it.</summary>
    Unformat,

    /// <summary>TruthfulQA: <c>mc_choices</c> and <c>mc_labels</c>, those of MC1 first.</summary>
    TruthfulQa,
}
