namespace MnistService.Model.Training.Steps;

/// <summary>The learning rate of each step, a pure function of the settings.</summary>
internal sealed class LearningRate(TrainingSettings settings, int steps)
{
    private const double StartFraction = 1.0 / 25;

    /// <param name="step">From 1 to the number of steps.</param>
    internal double At(int step)
    {
        var warmUp = settings.Schedule == LearningRateSchedule.OneCycle ? settings.WarmUp * steps : 0;
        return step < warmUp
            ? Between(settings.LearningRate * StartFraction, settings.LearningRate, step / warmUp)
            : Between(settings.LearningRate, 0, (step - warmUp) / Math.Max(1, steps - warmUp));
    }

    /// <summary>Half a cosine from one value to the other.</summary>
    private static double Between(double from, double to, double fraction) =>
        to + (from - to) * (1 + Math.Cos(Math.PI * Math.Min(1, fraction))) / 2;
}
