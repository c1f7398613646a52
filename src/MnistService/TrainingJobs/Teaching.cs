using MnistService.Datasets;
using MnistService.Model.Registry;

namespace MnistService.TrainingJobs;

/// <summary>
/// Creates the request for a training job that teaches the served model digits whose prediction a user corrected. The job starts from the weights of the served
/// model. It trains for a few epochs on the data sets <c>mnist</c> and <c>strokes</c> and on the corrected digits. <c>src/decisions/0022</c> gives the reasons
/// for the number of epochs and the learning rate.
/// </summary>
internal static class Teaching
{
    private const int Epochs = 4;

    private const double LearningRate = 0.0001;

    /// <summary>
    /// Fraction of the training steps that use augmentation, from the first step on. Other jobs use 0.9 by default. With 0.9, the new model misread more of
    /// MNIST's held-out images than the served model (src/decisions/0022).
    /// </summary>
    private const double AugmentUntil = 0.25;

    /// <param name="data">The uploaded data set with the corrected digits.</param>
    /// <param name="served">Card of the served model.</param>
    internal static TrainRequest Request(DatasetSummary data, ModelCard served) => new()
    {
        Data = [.. BuiltInDatasets.Default.Append(data.Id).Select(id => new RequestedData(id, null))],
        StartFrom = served.Id,
        Hyperparameters = new Dictionary<string, object>
        {
            ["network"] = served.Network.ToString(),
            ["epochs"] = Epochs,
            ["learningRate"] = LearningRate,
            ["augmentation.until"] = AugmentUntil,
        },
    };
}
