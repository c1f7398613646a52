using MnistService.Hosting;

namespace MnistService.Models;

/// <summary>What Swagger UI says of <c>/models</c>.</summary>
internal static class ModelDocumentation
{
    private const string List =
        """
        {"current":"cnn-02n4jb6s9gygf","models":[{"id":"mlp-02n4jh78ems1n","name":"Fully connected baseline","network":"mlp","parameters":204042,
        "createdAt":"2026-11-24T02:55:11.7689329+00:00","validationAccuracy":null,"testAccuracy":0.9898},{"id":"cnn-02n4jb6s9gygf","name":"The notebook's CNN",
        "network":"cnn","parameters":409642,"createdAt":"2026-11-24T02:51:55.6967442+00:00","validationAccuracy":null,"testAccuracy":0.9966}]}
        """;

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List the models, newest first")
        .WithDescription("Every version in the store whose card can be read, and which of them serves.")
        .WithAnswer(200, "application/json", List);

    internal static RouteHandlerBuilder WithCurrentDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("The card of the model that serves")
        .WithDescription("Network, settings, data, accuracy on validation and test, confusion matrix, device, checksum of the weights.")
        .WithError(404, "no_model", "No model serves", "No model has been chosen yet; POST /train makes one.").WithDamaged();

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("A model's card")
        .WithDescription("Network, settings, data, accuracy on validation and test, confusion matrix, device, checksum of the weights.")
        .WithNotFound().WithDamaged();

    internal static RouteHandlerBuilder WithWeightsDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Download a model's weights")
        .WithDescription("Safetensors with PyTorch's names, `features.0.weight` to `classify.3.bias`: `load_state_dict` takes them.")
        .WithFileAnswer(200, "application/octet-stream").WithNotFound();

    internal static RouteHandlerBuilder WithActivateDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Make a model serve: promote it, or go back to it")
        .WithDescription("The old model serves until the new one is loaded, verified against its checksum and recorded answers, and warm; no request fails in between.")
        .WithNotFound().WithDamaged()
        .WithError(422, "model_unusable", "The model cannot serve",
            "The weights of model 'cnn-02n4jb6s9gygf' have another SHA-256 than its card says. The one that served goes on.");

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithError(404, "model_not_found", "No such model", "There is no model of this id; GET /models lists them.");

    private static RouteHandlerBuilder WithDamaged(this RouteHandlerBuilder route) =>
        route.WithError(500, "model_damaged", "The model's files are damaged", "The card of model 'cnn-02n4jb6s9gygf' cannot be read.");
}
