using MnistService.Connections.Memory;
using MnistService.Downloads;
using MnistService.Http;
using MnistService.OpenApi;
using MnistService.Storage;
using MnistService.Uploads;

namespace MnistService.ModelRegistry;

/// <summary>OpenAPI documentation of <c>/models</c>, shown in Swagger UI.</summary>
internal static class ModelDocumentation
{
    private const string List =
        """
        {"current":"cnn-02ngc96a00nra","previous":"mlp-02n6rds085bfk","models":[{"id":"mlp-02n6rds085bfk","name":"Fully connected baseline","network":"mlp","parameters":204042,
        "createdAt":"2026-11-24T23:16:39.1956459+00:00","validationAccuracy":0.9902,"testAccuracy":0.9892},{"id":"cnn-02ngc96a00nra","name":"CNN, MNIST + strokes",
        "network":"cnn","parameters":409642,"createdAt":"2026-11-28T17:02:33.0010817+00:00","validationAccuracy":0.9972,"testAccuracy":0.9963}]}
        """;

    private const string Comparison =
        """
        {"a":{"id":"mlp-02n6rds085bfk","accuracy":0.9892,"loss":0.0315},"b":{"id":"cnn-02ngc96a00nra","accuracy":0.9963,"loss":0.0120},"images":10000,
        "bothRight":9875,"onlyARight":17,"onlyBRight":88,"bothWrong":20,"pValue":1.0e-12,"conclusion":"cnn-02ngc96a00nra is significantly better.",
        "differences":[{"image":115,"label":4,"a":9,"b":4}]}
        """;

    private const string Measured =
        """
        {"images":10000,"accuracy":0.9963,"loss":0.0120,"calibrationError":0.0011,"reliability":[{"images":12,"confidence":0.51,"accuracy":0.58},
        {"images":9870,"confidence":0.998,"accuracy":0.998}],"confusionMatrix":[[979,0,0,0,0,0,1,0,0,0]],"mistakes":[{"image":193,"label":9,"answer":8}]}
        """;

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithName("listModels")
        .WithSummary("List the models, newest first")
        .WithDescription(
            "Returns all models in the store whose card can be read, the id of the served model, and the id of the previously served model, for a rollback.")
        .WithAnswer(200, "application/json", List);

    internal static RouteHandlerBuilder WithCurrentDocumentation(this RouteHandlerBuilder route) => route
        .WithName("getCurrentModel")
        .WithSummary("Get the card of the served model")
        .WithDescription("The card contains the network, settings, data, accuracy on the validation and test images, confusion matrix, device, and checksum of the weights.")
        .WithProblems(ModelProblems.NoneServed, ModelProblems.Damaged);

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithName("getModel")
        .WithSummary("Get the card of a model")
        .WithDescription("The card contains the network, settings, data, accuracy on the validation and test images, confusion matrix, device, and checksum of the weights.")
        .WithProblems(ModelProblems.NotFound, ModelProblems.Damaged);

    internal static RouteHandlerBuilder WithEvaluationDocumentation(this RouteHandlerBuilder route) => route
        .WithName("getModelEvaluation")
        .WithSummary("Get the evaluation of a model on the test images")
        .WithDescription(
            "Each model is evaluated once, after its training or import. Returns the accuracy, the confusion matrix, each misclassified image " +
            "(`GET /datasets/mnist/test-images` returns the image), and the confidence and accuracy per bin for a calibration plot.")
        .WithAnswer(200, "application/json", Measured)
        .WithProblems(ModelProblems.NotFound, ModelProblems.NotMeasured, ModelProblems.Damaged);

    internal static RouteHandlerBuilder WithWeightsDocumentation(this RouteHandlerBuilder route) => route
        .WithName("downloadSafetensors")
        .WithSummary("Download a model's weights")
        .WithDescription("A safetensors file with PyTorch's parameter names, `features.0.weight` to `classify.3.bias`, for `load_state_dict`.")
        .WithFileAnswer(200, "application/octet-stream").WithProblems(ModelProblems.NotFound, ModelProblems.Damaged, DownloadProblems.Busy);

    internal static RouteHandlerBuilder WithPyTorchDocumentation(this RouteHandlerBuilder route) => route
        .WithName("downloadPyTorchWeights")
        .WithSummary("Download a model's weights for PyTorch")
        .WithDescription("A `.pth` file for `model.load_state_dict(torch.load(path))`. It also loads with `weights_only=True`.")
        .WithFileAnswer(200, "application/octet-stream").WithProblems(ModelProblems.NotFound, ModelProblems.Damaged, DownloadProblems.Busy, ModelProblems.NotConverted);

    internal static RouteHandlerBuilder WithOnnxDocumentation(this RouteHandlerBuilder route) => route
        .WithName("downloadOnnxModel")
        .WithSummary("Download a model for ONNX Runtime")
        .WithDescription(
            "The network with its weights, for use without this service. Input `pixels`: float32 [batch,1,28,28], from 0 (background) to 255 (ink); " +
            "the graph scales the values. The digits must have MNIST's size and position. Outputs: `logits` and calibrated `probabilities`, " +
            "float32 [batch,10]. ONNX operator set 15.")
        .WithFileAnswer(200, "application/octet-stream").WithProblems(ModelProblems.NotFound, ModelProblems.Damaged, DownloadProblems.Busy, ModelProblems.NotConverted);

    internal static RouteHandlerBuilder WithImportDocumentation(this RouteHandlerBuilder route) => route
        .WithName("importModel")
        .WithSummary("Import weights from PyTorch or safetensors")
        .WithDescription(
            "A `.pth` file of `torch.save(model.state_dict(), path)` in PyTorch's zip or legacy format, or a `.safetensors` file, of the CNN or the fully " +
            "connected baseline. A checkpoint that contains the weights beside other objects is read too, and prefixes such as `module.` are removed from the " +
            "names. The file is read without executing code, and the names and shapes of its tensors are checked.\n\n" +
            "The file does not contain the formula that scaled the pixels in training. So the model is evaluated on held-out images with ten common " +
            "formulas: " +
            "`unit` (x / 255 − 0.1307) / 0.3081, `raw` (x − 0.1307) / 0.3081, `zeroToOne` x / 255, `minusOneToOne` (x / 255 − 0.5) / 0.5, `bytes` x, and each with " +
            "255 − x (`invertedUnit` …). The card lists all results in `import.tried`; the field `scaling` is the best formula. " +
            "With an accuracy below 90 %, the card has " +
            "`import.warning`; below 50 %, the model is rejected. The model is also evaluated on the test images. The imported model does not serve until it " +
            "is promoted.")
        .WithFileBody("application/octet-stream", "multipart/form-data")
        .WithProblems(UploadProblems.FormInvalid, UploadProblems.Unreadable, UploadProblems.TooSlow, UploadProblems.EncodingMismatch, UploadProblems.NameInvalid)
        .WithProblems(UploadProblems.FormWithoutFile.ExampleOf("the weights"))
        .WithProblems(RequestProblems.EncodingNotSupported)
        .WithProblems(ModelProblems.TooLarge, ModelProblems.FileInvalid, ModelProblems.Inaccurate, ModelProblems.ImportsBusy, ModelProblems.CannotBeMeasured, ModelProblems.NotStored)
        .WithProblems(MemoryProblems.TooMany, MemoryProblems.Revoked, StorageProblems.Full);

    internal static RouteHandlerBuilder WithCompareDocumentation(this RouteHandlerBuilder route) => route
        .WithName("compareModels")
        .WithSummary("Compare two models on the test images")
        .WithDescription(
            "Returns both accuracies, the number of images (of 10,000) that only one of the models classifies correctly, the p-value of McNemar's exact test (the probability " +
            "of a split at least as uneven if both models are equally good), and each image that the models classify differently.")
        .WithAnswer(200, "application/json", Comparison)
        .WithProblems(RequestProblems.Invalid, ModelProblems.NotFound, ModelProblems.NotComparable, ModelProblems.Damaged);

    internal static RouteHandlerBuilder WithRenameDocumentation(this RouteHandlerBuilder route) => route
        .WithName("renameModel")
        .WithSummary("Rename a model")
        .WithDescription("Changes the display name of the model. The id does not change.")
        .WithNewName()
        .WithProblems(ModelProblems.NotFound, ModelProblems.Damaged, ModelProblems.ChangesBusy, ModelProblems.NotRenamed, MemoryProblems.TooMany, MemoryProblems.Revoked);

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithName("deleteModel")
        .WithSummary("Delete a model that is not served")
        .WithDescription("Deletes the weights, the card and the evaluation. Submissions and jobs that refer to the model are kept.")
        .Produces(204)
        .WithProblems(ModelProblems.NotFound, ModelProblems.Served, ModelProblems.Shipped, ModelProblems.ChangesBusy, ModelProblems.NotDeleted);

    internal static RouteHandlerBuilder WithPromoteDocumentation(this RouteHandlerBuilder route) => route
        .WithName("promoteModel")
        .WithSummary("Promote a model, or roll back to the previous model")
        .WithDescription(
            "The old model serves until the new model is loaded, verified against its checksum and recorded outputs, and warmed up. No request fails during the switch. " +
            "If the promotion rule rejects the model, it is promoted only with `?force=true`. A rollback to the previous model never needs `force`.")
        .WithProblems(RequestProblems.Invalid, ModelProblems.NotFound, ModelProblems.Worse, ModelProblems.Unusable, ModelProblems.ChangesBusy)
        .WithProblems(ModelProblems.Damaged, ModelProblems.PromotionNotStored);
}
