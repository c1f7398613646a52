namespace MnistService.Model.Training;

/// <summary>How the learning rate moves from the first step to the last.</summary>
public enum LearningRateSchedule
{
    /// <summary>Up from 1/25 of the peak over the warm-up, then down to zero, both along half a cosine (Smith, arXiv 1708.07120).</summary>
    OneCycle,

    /// <summary>From the peak down to zero along half a cosine.</summary>
    Cosine,
}
