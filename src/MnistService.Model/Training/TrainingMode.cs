namespace MnistService.Model.Training;

/// <summary>The two training modes of the notebook.</summary>
public enum TrainingMode
{
    /// <summary>Unmodified images in shuffled batches.</summary>
    Dataset,

    /// <summary>Shuffled batches with random augmentation, which is drawn anew in each step.</summary>
    Generator,
}
