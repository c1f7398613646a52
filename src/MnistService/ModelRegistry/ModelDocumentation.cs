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
        "bothRight":9878,"onlyARight":14,"onlyBRight":89,"bothWrong":19,"pValue":1.6e-14,"conclusion":"cnn-02n6rc9mn6442 is significantly better.",
        "differences":[{"image":115,"label":4,"a":9,"b":4}]}
        """;

    private const string Measured =
        """
        {"images":10000,"accuracy":0.9967,"loss":0.0115,"calibrationError":0.0011,"reliability":[{"images":12,"confidence":0.51,"accuracy":0.58},
        {"images":9870,"confidence":0.998,"accuracy":0.998}],"confusionMatrix":[[979,0,0,0,0,0,1,0,0,0]],"mistakes":[{"image":115,"label":4,"answer":9}]}
        """;

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List the models, newest first")
        .WithDescription("Returns all models in the store whose card can be read, the id of the served model, and the id of the model that was served before it, for a rollback.")
        .WithAnswer(200, "application/json", List);

    internal static RouteHandlerBuilder WithCurrentDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Get the card of the served model")
        .WithDescription("The card contains the network, settings, data, accuracy on the validation and test images, confusion matrix, device, and checksum of the weights.")
        .WithError(404, "no_model", "No model is served", "No model has been promoted yet; train one with POST /train.").WithDamaged();

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Get the card of a model")
        .WithDescription("The card contains the network, settings, data, accuracy on the validation and test images, confusion matrix, device, and checksum of the weights.")
        .WithNotFound().WithDamaged();

    internal static RouteHandlerBuilder WithEvaluationDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Get the evaluation of a model on the test images")
        .WithDescription(
            "Each model is evaluated once, after its training or import. Returns the accuracy, the confusion matrix, each misclassified image " +
            "(`GET /datasets/mnist/test-images` returns the image), and the confidence and accuracy per bin for a calibration plot.")
        .WithAnswer(200, "application/json", Measured)
        .WithNotFound()
        .WithError(404, "not_measured", "The model has no evaluation", "MNIST's test images were not available when the model was trained or imported.").WithDamaged();

    internal static RouteHandlerBuilder WithWeightsDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Download a model's weights")
        .WithDescription("A safetensors file with PyTorch's parameter names, `features.0.weight` to `classify.3.bias`, for `load_state_dict`.")
        .WithFileAnswer(200, "application/octet-stream").WithNotFound().WithDamaged().WithDownloadsBusy();

    internal static RouteHandlerBuilder WithPyTorchDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Download a model's weights for PyTorch")
        .WithDescription("A `.pth` file for `model.load_state_dict(torch.load(path))`. It also loads with `weights_only=True`.")
        .WithFileAnswer(200, "application/octet-stream").WithNotFound().WithDamaged().WithDownloadsBusy().WithConversionNotStored();

    internal static RouteHandlerBuilder WithOnnxDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Download a model for ONNX Runtime")
        .WithDescription(
            "The network with its weights, for use without this service. Input `pixels`: float32 [batch,1,28,28], from 0 (background) to 255 (ink), in MNIST's frame; " +
            "the graph normalizes them. Outputs: `logits` and calibrated `probabilities`, float32 [batch,10]. Operator set 15.")
        .WithFileAnswer(200, "application/octet-stream").WithNotFound().WithDamaged().WithDownloadsBusy().WithConversionNotStored();

    internal static RouteHandlerBuilder WithImportDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Import weights from PyTorch or safetensors")
        .WithDescription(
            "A `.pth` file of `torch.save(model.state_dict(), path)` in either format of PyTorch, or a `.safetensors` file, of the CNN or the fully connected baseline. " +
            "The file is read without executing code, and the names and shapes of its tensors are checked. The model is evaluated on 5,000 held-out images, with pixels divided " +
            "by 255 and without, because the file does not contain the scaling that it was trained with; the card contains the scaling with the better result. The model is " +
            "also evaluated on the test images. It does not serve until it is promoted.")
        .WithFileBody("application/octet-stream", "multipart/form-data")
        .WithError(400, "body_unreadable", "The body cannot be read", "The gzip data or the form is damaged: Unexpected end of Stream.")
        .WithUploadTimeout()
        .WithError(413, "model_too_large", "The file is too large", "The file has more than 33554432 bytes (MnistService:Models:MaxImportBytes).")
        .WithError(415, "encoding_not_supported", "The content encoding is not supported", "The header Content-Encoding is not one of gzip, identity.")
        .WithError(422, "model_file_invalid", "The file does not contain a supported network",
            "Not cnn: Tensor 'features.0.weight' is missing. Not mlp: Tensor 'classify.0.weight' is F32 [128,784]; expected F32 [256,784].")
        .WithError(422, "model_inaccurate", "The model does not recognize digits",
            "Its accuracy on 5000 held-out images is 9.8 % with pixels divided by 255, and 10.1 % without; expected at least 50 %.")
        .WithError(429, "imports_busy", "Too many uploads at once", "4 models are being imported. Try again when one is done.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(503, "data_unavailable", "The model cannot be measured",
            "MNIST's files (train-images-idx3-ubyte.gz, …) are not in the data directory or its folder 'mnist', or do not have their published lengths. " +
            "Downloading is disabled. Copy them there, or set MnistService:Data:Download to true.")
        .WithError(507, "storage_full", "The store is full",
            "There are 500 models of at most 500 (MnistService:Storage:Models:MaxCount). Delete some, or raise the limit. Nothing was stored.")
        .WithError(507, "storage_failed", "The model could not be stored", "The model store is full or cannot be written to. Nothing was stored.");

    internal static RouteHandlerBuilder WithCompareDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Compare two models on the test images")
        .WithDescription(
            "Returns both accuracies, the number of images (of 10,000) that only one of the models classifies correctly, the p-value of McNemar's exact test (the probability " +
            "of a split at least as uneven if both models are equally good), and each image that the models classify differently.")
        .WithAnswer(200, "application/json", Comparison)
        .WithNotFound()
        .WithError(409, "not_comparable", "The models cannot be compared",
            "At least one of the models has no evaluation on MNIST's test images, or its evaluation is from an older version that did not store the misclassified images.").WithDamaged();

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Delete a model that is not served")
        .WithDescription("Deletes the weights, the card and the evaluation. Submissions and jobs that refer to the model are kept.")
        .Produces(204).WithNotFound()
        .WithError(409, "model_serving", "The model is served", "The model serves predictions, or will after the next start. Promote another model first.")
        .WithError(409, "model_shipped", "The model was shipped with the service", "The shipped model cannot be deleted, because new models are compared with it before they are promoted.")
        .WithBusy()
        .WithError(507, "storage_failed", "The model could not be deleted", "The model store cannot be written to.");

    internal static RouteHandlerBuilder WithPromoteDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Promote a model, or roll back to the previous model")
        .WithDescription(
            "The old model serves until the new model is loaded, verified against its checksum and recorded outputs, and warmed up. No request fails during the switch. " +
            "If the promotion rule rejects the model, it is promoted only with `?force=true`. A rollback to the previous model never needs `force`.")
        .WithNotFound().WithDamaged()
        .WithError(409, "promotion_worse", "The promotion rule rejects the model", "Worse on MNIST: 99.0 % instead of 99.7 %. Not promoted; ?force=true overrides the rule.")
        .WithError(422, "model_unusable", "The model cannot serve",
            "The SHA-256 of the weights of model 'cnn-02n6rc9mn6442' differs from the SHA-256 in its card. The served model is unchanged.")
        .WithBusy()
        .WithError(507, "storage_failed", "The promotion could not be stored", "The model store is full or cannot be written to. The served model is unchanged.");

    private static RouteHandlerBuilder WithBusy(this RouteHandlerBuilder route) =>
        route.WithError(429, "models_busy", "Too many changes at once", "8 promotions and deletions are running or queued. Try again when one has finished.");

    private static RouteHandlerBuilder WithConversionNotStored(this RouteHandlerBuilder route) =>
        route.WithError(507, "storage_failed", "The converted file could not be stored", "The data directory is full or cannot be written to.");

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithError(404, "model_not_found", "No such model", "There is no model with this id; GET /models lists all models.");

    private static RouteHandlerBuilder WithDamaged(this RouteHandlerBuilder route) =>
        route.WithError(500, "model_damaged", "The model's files are damaged", "The card of model 'cnn-02n6rc9mn6442' cannot be read.");
}
