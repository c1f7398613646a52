using System.Text.Json.Serialization;

namespace MnistService.TrainingJobs;

/// <summary>
/// Allowed ranges of the numeric fields of <c>POST /train</c>. The only definition of them: the validation and <c>GET /train/recipe</c> use it.
/// </summary>
internal static class HyperparameterRanges
{
    internal static readonly Bound
        Epochs = new(1, 1000),
        Steps = new(1, 10_000_000),
        BatchSize = new(8, 4096),
        LearningRate = new(0, 1, LeastExcluded: true),
        WarmUp = new(0, 0.9),
        WeightDecay = new(0, 1),
        LabelSmoothing = new(0, 0.5),
        WeightAverage = new(0, 0.999999),
        Validation = new(0, 0.5),
        Rotation = new(0, 45),
        Zoom = new(0, 0.5),
        Shift = new(0, 0.5),
        Shear = new(0, 0.5),
        Elastic = new(0, 3),
        Until = new(0, 1);

    /// <summary>The ranges by JSON field name.</summary>
    internal static IReadOnlyDictionary<string, Bound> ByField { get; } = new Dictionary<string, Bound>
    {
        ["epochs"] = Epochs,
        ["steps"] = Steps,
        ["batchSize"] = BatchSize,
        ["learningRate"] = LearningRate,
        ["warmUp"] = WarmUp,
        ["weightDecay"] = WeightDecay,
        ["labelSmoothing"] = LabelSmoothing,
        ["weightAverage"] = WeightAverage,
        ["validation"] = Validation,
        ["augmentation.rotation"] = Rotation,
        ["augmentation.zoom"] = Zoom,
        ["augmentation.shift"] = Shift,
        ["augmentation.shear"] = Shear,
        ["augmentation.elastic"] = Elastic,
        ["augmentation.until"] = Until,
    };

    /// <summary>Allowed range of a number.</summary>
    /// <param name="Least">Lower bound.</param>
    /// <param name="Most">Upper bound, inclusive.</param>
    /// <param name="LeastExcluded">Whether the lower bound itself is excluded.</param>
    internal sealed record Bound(double Least, double Most, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool LeastExcluded = false)
    {
        /// <returns>Whether the value is in the range. <c>false</c> for NaN.</returns>
        internal bool Holds(double value) => value <= Most && (LeastExcluded ? value > Least : value >= Least);
    }
}
