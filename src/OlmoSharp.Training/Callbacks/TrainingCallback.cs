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

    /// <summary>After each step.</summary>
    public virtual void OnStep(Trainer trainer, StepResult result)
    {
    }

    /// <summary>After the last step of this process, also when the run was stopped early.</summary>
    public virtual void OnEnd(Trainer trainer)
    {
    }
}
