using MnistService.Model.Architectures;
using MnistService.Model.Registry;

namespace MnistService.ModelRegistry;

/// <summary>Entry of the model list. The model card has the full details. Accuracies are <c>null</c> if they were not measured.</summary>
internal sealed record ModelSummary(
    string Id, string? Name, NetworkKind Network, long Parameters, DateTimeOffset CreatedAt, double? ValidationAccuracy, double? TestAccuracy)
{
    internal static ModelSummary Of(ModelCard card) =>
        new(card.Id, card.Name, card.Network, card.Parameters, card.CreatedAt, card.Validation?.Accuracy, card.Test?.Accuracy);
}
