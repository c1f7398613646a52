using MnistService.Connections.Memory;
using MnistService.Downloads;
using MnistService.OpenApi;

namespace MnistService.ModelRegistry;

/// <summary>OpenAPI documentation of <c>/models</c>, shown in Swagger UI.</summary>
internal static class ModelDocumentation
{
    private const string List =
        """
        {"current":"cnn-02n6rc9mn6442","previous":"mlp-02n6rds085bfk","models":[{"id":"mlp-02n6rds085bfk","name":"Fully connected baseline","network":"mlp","parameters":204042,
        "createdAt":"2026-11-24T23:16:39.1956459+00:00","validationAccuracy":0.9902,"testAccuracy":0.9892},{"id":"cnn-02n6rc9mn6442","name":"The notebook's CNN",
        "network":"cnn","parameters":409642,"createdAt":"2026-11-24T23:15:51.6585451+00:00","validationAccuracy":0.997,"testAccuracy":0.9967}]}
        """;

    private const string Comparison =
        """
        {"a":{"id":"mlp-02n6rds085bfk","accuracy":0.9892,"loss":0.0315},"b":{"id":"cnn-02n6rc9mn6442","accuracy":0.9967,"loss":0.0115},"images":10000,
        "bothRight":9878,"onlyARight":14,"onlyBRight":89,"bothWrong":19,"pValue":1.6e-14,"conclusion":"cnn-02n6rc9mn6442 is better, beyond what chance explains.",
        "differences":[{"image":115,"label":4,"a":9,"b":4}]}
        """;

    private const string Measured =
        """
        {"images":10000,"accuracy":0.9967,"loss":0.0115,"calibrationError":0.0011,"reliability":[{"images":12,"confidence":0.51,"accuracy":0.58},
        {"images":9870,"confidence":0.998,"accuracy":0.998}],"confusionMatrix":[[979,0,0,0,0,0,1,0,0,0]],"mistakes":[{"image":115,"label":4,"answer":9}]}
        """;

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List the models, newest first")
        .WithDescription("Every version in the store whose card can be read, which of them serves, and which served before it, to go back to.")
        .WithAnswer(200, "application/json", List);

    internal static RouteHandlerBuilder WithCurrentDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("The card of the model that serves")
        .WithDescription("Network, settings, data, accuracy on validation and test, confusion matrix, device, checksum of the weights.")
        .WithError(404, "no_model", "No model serves", "No model has been chosen yet; POST /train makes one.").WithDamaged();

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("A model's card")
        .WithDescription("Network, settings, data, accuracy on validation and test, confusion matrix, device, checksum of the weights.")
        .WithNotFound().WithDamaged();

    internal static RouteHandlerBuilder WithEvaluationDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("How a model does on the test images")
        .WithDescription(
            "Measured once, after its training or import: accuracy, confusion matrix, each mistake (`GET /datasets/mnist/test-images` shows the picture), and confidence against " +
            "accuracy in bins, which is what a calibration plot draws.")
        .WithAnswer(200, "application/json", Measured)
        .WithNotFound()
        .WithError(404, "not_measured", "The model was not measured", "MNIST's test images were not at hand when it was made.").WithDamaged();

    internal static RouteHandlerBuilder WithWeightsDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Download a model's weights")
        .WithDescription("Safetensors with PyTorch's names, `features.0.weight` to `classify.3.bias`: `load_state_dict` takes them.")
        .WithFileAnswer(200, "application/octet-stream").WithNotFound().WithDamaged().WithDownloadsBusy();

    internal static RouteHandlerBuilder WithPyTorchDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Download a model's weights for PyTorch")
        .WithDescription("A `.pth` file: `model.load_state_dict(torch.load(path))`, also with `weights_only=True`.")
        .WithFileAnswer(200, "application/octet-stream").WithNotFound().WithDamaged().WithDownloadsBusy().WithConversionNotStored();

    internal static RouteHandlerBuilder WithOnnxDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Download a model for ONNX Runtime")
        .WithDescription(
            "The network with its weights, to be run without this service. Input `pixels`: float32 [batch,1,28,28], raw ink, 0 is paper and 255 is ink, in MNIST's frame; " +
            "they are standardised inside. Outputs: `logits` and calibrated `probabilities`, float32 [batch,10]. Operator set 15.")
        .WithFileAnswer(200, "application/octet-stream").WithNotFound().WithDamaged().WithDownloadsBusy().WithConversionNotStored();

    internal static RouteHandlerBuilder WithImportDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Import weights from PyTorch or safetensors")
        .WithDescription(
            "A `.pth` file of `torch.save(model.state_dict(), path)` in either format of PyTorch, or a `.safetensors` file, of the CNN or the fully connected baseline. " +
            "It is read without running code, checked by names and shapes, and measured: on 5,000 held-out pictures with pixels divided by 255 and without, because a file " +
            "does not say which it was trained with (the card keeps the scaling that fits), and on the test images. It serves when it is activated, not before.")
        .WithFileBody("application/octet-stream", "multipart/form-data")
        .WithError(400, "body_unreadable", "The body cannot be read", "The gzip data or the form is damaged: Unexpected end of Stream.")
        .WithUploadTimeout()
        .WithError(413, "model_too_large", "The file is too large", "The file has more than 33554432 bytes (MnistService:Models:MaxImportBytes).")
        .WithError(415, "encoding_not_supported", "The encoding is not read", "Content-Encoding is not one of gzip, identity.")
        .WithError(422, "model_file_invalid", "The file holds no network of this service",
            "Not cnn: Tensor 'features.0.weight' is missing. Not mlp: Tensor 'classify.0.weight' is F32 [128,784]; expected F32 [256,784].")
        .WithError(422, "model_inaccurate", "The model does not read digits",
            "It reads 9.8 % of 5000 held-out pictures right with pixels divided by 255, and 10.1 % without; expected at least 50 %.")
        .WithError(429, "imports_busy", "Too many uploads at once", "4 models are being imported. Try again when one is done.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(503, "data_unavailable", "The model cannot be measured",
            "MNIST's files (train-images-idx3-ubyte.gz, …) are not in the data directory or its folder 'mnist', or do not have their published lengths. " +
            "Downloading is disabled. Copy them there, or set MnistService:Data:Download to true.")
        .WithError(507, "storage_full", "The store is full",
            "There are 500 models of at most 500 (MnistService:Storage:Models:MaxCount). Delete some, or raise the limit. Nothing was kept.")
        .WithError(507, "storage_failed", "The model could not be stored", "The model store is full or cannot be written to. Nothing was kept.");

    internal static RouteHandlerBuilder WithCompareDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Compare two models on the test images")
        .WithDescription(
            "Both accuracies, how many of the 10,000 images only one of them reads right, McNemar's exact p (how probable so uneven a split is if both are equally good), " +
            "and each image that they read differently.")
        .WithAnswer(200, "application/json", Comparison)
        .WithNotFound()
        .WithError(409, "not_comparable", "The models cannot be compared",
            "One of them was not measured on MNIST's test images, or by a version of this service that did not keep its mistakes.").WithDamaged();

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Delete a model that does not serve")
        .WithDescription("Its weights, card and evaluation are gone. Submissions and jobs that name it stay.")
        .Produces(204).WithNotFound()
        .WithError(409, "model_serving", "The model serves", "It answers predictions, or will after the next start. Activate another one first.")
        .WithError(409, "model_shipped", "The model came with the service", "New models are compared with it before they are promoted, so it cannot be deleted.")
        .WithBusy()
        .WithError(507, "storage_failed", "The model could not be deleted", "The model store cannot be written to.");

    internal static RouteHandlerBuilder WithActivateDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Make a model serve: promote it, or go back to it")
        .WithDescription(
            "The old model serves until the new one is loaded, verified against its checksum and recorded answers, and warm; no request fails in between. " +
            "A model that the promotion rule would refuse is promoted only with `?force=true`. Returning to the previous model never needs it.")
        .WithNotFound().WithDamaged()
        .WithError(409, "promotion_worse", "The promotion rule refuses the model", "Worse on MNIST: 99.0 % instead of 99.7 %. Not promoted; ?force=true overrides the rule.")
        .WithError(422, "model_unusable", "The model cannot serve",
            "The weights of model 'cnn-02n6rc9mn6442' have another SHA-256 than its card says. The one that served goes on.")
        .WithBusy()
        .WithError(507, "storage_failed", "The choice could not be written down", "The model store is full or cannot be written to. The model that served goes on.");

    private static RouteHandlerBuilder WithBusy(this RouteHandlerBuilder route) =>
        route.WithError(429, "models_busy", "Too many changes at once", "8 activations and deletions wait. Try again when one is done.");

    private static RouteHandlerBuilder WithConversionNotStored(this RouteHandlerBuilder route) =>
        route.WithError(507, "storage_failed", "The converted file could not be stored", "The data directory is full or cannot be written to.");

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithError(404, "model_not_found", "No such model", "There is no model of this id; GET /models lists them.");

    private static RouteHandlerBuilder WithDamaged(this RouteHandlerBuilder route) =>
        route.WithError(500, "model_damaged", "The model's files are damaged", "The card of model 'cnn-02n6rc9mn6442' cannot be read.");
}
