using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>What <c>{}</c> trains, and what may be chosen instead.</summary>
/// <param name="Settings">The recommended recipe: what a field is that is left out.</param>
/// <param name="Bounds">By field, the least and the most that is taken.</param>
internal sealed record RecommendedRecipe(TrainingSettings Settings, IReadOnlyDictionary<string, RecipeBounds.Bound> Bounds)
{
    internal static RecommendedRecipe Value { get; } = new(new(), RecipeBounds.ByField);
}
