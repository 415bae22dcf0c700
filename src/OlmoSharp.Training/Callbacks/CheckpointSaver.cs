namespace OlmoSharp.Training.Callbacks;

/// <summary>Saves checkpoints at intervals and when the run ends or is stopped, and deletes those that need not stay.</summary>
public sealed class CheckpointSaver : TrainingCallback
{
    private long _saved = -1;

    /// <inheritdoc/>
    public override void OnStart(Trainer trainer) => _saved = trainer.Step;

    /// <inheritdoc/>
    public override void OnStep(Trainer trainer, StepResult result)
    {
        var every = trainer.Config.Checkpoints.Every;
        if (every > 0 && result.Step % every == 0)
        {
            Save(trainer);
        }
    }

    /// <inheritdoc/>
    public override void OnEnd(Trainer trainer)
    {
        if (_saved != trainer.Step)
        {
            Save(trainer);
        }
    }

    private void Save(Trainer trainer)
    {
        trainer.SaveCheckpoint();
        trainer.Checkpoints.Retain(trainer.Config.Checkpoints);
        _saved = trainer.Step;
    }
}
