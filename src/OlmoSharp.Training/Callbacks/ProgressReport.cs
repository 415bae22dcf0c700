namespace OlmoSharp.Training.Callbacks;

/// <summary>Hands every step's result to whoever shows progress.</summary>
/// <param name="progress">Takes the results, on the training thread.</param>
public sealed class ProgressReport(Action<StepResult> progress) : TrainingCallback
{
    /// <inheritdoc/>
    public override void OnStep(Trainer trainer, StepResult result) => progress(result);
}
