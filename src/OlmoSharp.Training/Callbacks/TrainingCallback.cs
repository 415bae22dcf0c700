namespace OlmoSharp.Training.Callbacks;

/// <summary>
/// Something a run does besides training. The trainer calls every callback in list order, so that one may use what an earlier one measured.
/// </summary>
public abstract class TrainingCallback
{
    /// <summary>Before the first step of this process.</summary>
    public virtual void OnStart(Trainer trainer)
    {
    }

    /// <summary>Before the first step of the run, after <see cref="OnStart"/>; not when a run goes on from a checkpoint.</summary>
    /// <param name="trainer">The run.</param>
    /// <param name="figures">Figures of the model that training begins with; callbacks add theirs, later callbacks write them.</param>
    public virtual void OnFirstStep(Trainer trainer, IDictionary<string, double> figures)
    {
    }

    /// <summary>Instead of any step where a run goes on that has done its last one, after <see cref="OnStart"/>: what was to be done after that step may be lacking.</summary>
    /// <param name="trainer">The run.</param>
    /// <param name="figures">Figures of the finished model that the log lacks; callbacks add theirs, later callbacks write them.</param>
    public virtual void OnLastStepAgain(Trainer trainer, IDictionary<string, double> figures)
    {
    }

    /// <summary>After each step.</summary>
    public virtual void OnStep(Trainer trainer, StepResult result)
    {
    }

    /// <summary>After the last step of this process, also when the run was stopped early.</summary>
    public virtual void OnEnd(Trainer trainer)
    {
    }
}
