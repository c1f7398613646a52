namespace MnistService.Model.Training;

/// <summary>The learning-rate schedule of a training run. <see cref="Hyperparameters.LearningRate"/> is the peak.</summary>
public enum LearningRateSchedule
{
    /// <summary>Rises from 1/25 of the peak during the warm-up, then falls to zero; each part is half a cosine (Smith, arXiv 1708.07120).</summary>
    OneCycle,

    /// <summary>Falls from the peak to zero along half a cosine.</summary>
    Cosine,
}
