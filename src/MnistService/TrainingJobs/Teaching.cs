using MnistService.Datasets;
using MnistService.Model.Registry;

namespace MnistService.TrainingJobs;

/// <summary>
/// The recipe with which a few corrected digits are taught to the served model: a short training on MNIST, the strokes and the digits, which starts from its weights. Decision
/// 0022 has the experiment.
/// </summary>
internal static class Teaching
{
    private const int Epochs = 4;

    private const double LearningRate = 0.0001;

    /// <param name="data">The uploaded data set with the digits.</param>
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
        },
    };
}
