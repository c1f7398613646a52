using MnistService.Model.Architectures;
using MnistService.Model.Registry;

namespace MnistService.ModelRegistry;

/// <summary>
/// Entry of the model list; the model card contains all details of a model. <c>validationAccuracy</c> is the accuracy on the validation images, as a fraction.
/// <c>testAccuracy</c> is the accuracy on MNIST's test images, as a fraction. Each is <c>null</c> if the model was not evaluated on these images.
/// </summary>
internal sealed record ModelSummary(
    string Id, string? Name, NetworkKind Network, long Parameters, DateTimeOffset CreatedAt, double? ValidationAccuracy, double? TestAccuracy)
{
    internal static ModelSummary Of(ModelCard card) =>
        new(card.Id, card.Name, card.Network, card.Parameters, card.CreatedAt, card.Validation?.Accuracy, card.Test?.Accuracy);
}

/// <summary>List of the stored models.</summary>
/// <param name="Current">Id of the served model; <c>null</c> if no model is served.</param>
/// <param name="Previous">Id of the previously served model, for a rollback; <c>null</c> if there is no such model.</param>
/// <param name="Models">The models, newest first.</param>
internal sealed record ModelList(string? Current, string? Previous, IReadOnlyList<ModelSummary> Models);
