namespace MnistService.Model.Training.Steps;

/// <summary>Learning-rate scheduler without state: the settings, the step and the total number of steps determine the learning rate.</summary>
internal sealed class LearningRateScheduler(Hyperparameters settings, int steps)
{
    private const double StartFraction = 1.0 / 25;

    /// <summary>Returns the learning rate of a step.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    internal double At(int step)
    {
        var warmUp = settings.Schedule == LearningRateSchedule.OneCycle ? settings.WarmUp * steps : 0;
        return step < warmUp
            ? Between(settings.LearningRate * StartFraction, settings.LearningRate, step / warmUp)
            : Between(settings.LearningRate, 0, (step - warmUp) / Math.Max(1, steps - warmUp));
    }

    /// <summary>
    /// Interpolates between two values along half a period of a cosine. A fraction of 0 returns the first value; 1 or more returns the second.
    /// </summary>
    private static double Between(double from, double to, double fraction) =>
        to + (from - to) * (1 + Math.Cos(Math.PI * Math.Min(1, fraction))) / 2;
}
