using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>Default hyperparameters of <c>POST /train</c> and the allowed ranges.</summary>
/// <param name="Settings">The recommended hyperparameters. An omitted field has this value.</param>
/// <param name="Bounds">Allowed range of each numeric field, by JSON field name.</param>
internal sealed record RecommendedRecipe(TrainingSettings Settings, IReadOnlyDictionary<string, HyperparameterRanges.Bound> Bounds)
{
    internal static RecommendedRecipe Value { get; } = new(new(), HyperparameterRanges.ByField);
}
