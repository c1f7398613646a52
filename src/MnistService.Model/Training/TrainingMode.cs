namespace MnistService.Model.Training;

/// <summary>The notebook's two ways of training.</summary>
public enum TrainingMode
{
    /// <summary>The pictures as they are, in shuffled batches.</summary>
    Dataset,

    /// <summary>Pictures distorted on the fly, each step anew.</summary>
    Generator,
}
