using MnistService.Http;
using MnistService.Startup;
using MnistService.Uploads;

namespace MnistService.ModelRegistry;

/// <summary>Problem types of the error responses of <c>/models</c>.</summary>
internal static class ModelProblems
{
    internal static readonly ProblemType
        NotFound = new(404, "model_not_found", "No such model", "There is no model with this id; GET /models lists all models."),
        NoneServed = new(404, "no_model", "No model is served", "{0}",
            "No model in the model store has been promoted. Train a model with POST /train, or promote a stored model with POST /models/{id}/promote."),
        NotMeasured = new(404, "not_measured", "The model has no evaluation",
            "The model was not evaluated, because MNIST's test images were not available when it was trained or imported. "
            + "Copy MNIST's files into the data directory, then train or import the model again."),
        NotComparable = new(409, "not_comparable", "The models cannot be compared",
            "At least one of the models has no evaluation on MNIST's test images, or its evaluation is from an older version that did not store the misclassified images. "
            + "Train or import each such model again."),
        Shipped = new(409, "model_shipped", "The model was shipped with the service",
            "The shipped model cannot be deleted, because new models are compared with it before they are promoted."),
        Served = new(409, "model_serving", "The model is served",
            "The model is served, or will be served after the next start. Promote another model, then delete this one."),
        Worse = new(409, "promotion_worse", "The promotion rule rejects the model", "{0} Not promoted; repeat the request with ?force=true to override the rule.",
            "Worse on strokes: 96.0 % instead of 99.0 %."),
        TooLarge = new(413, "model_too_large", "The file is too large",
            $"The file has more than {{0}} bytes ({ModelsOptions.Section}:MaxImportBytes). Save only model.state_dict(), or raise the limit.", 33554432),
        FileInvalid = new(422, "model_file_invalid", "The file does not contain a supported network", "{0}",
            "The tensors do not match cnn: Tensor 'features.0.weight' is missing; expected F32 [16,1,3,3]. "
            + "The tensors do not match mlp: Tensor 'classify.0.weight' is F32 [128,784]; expected F32 [256,784]."),
        Inaccurate = new(422, "model_inaccurate", "The model does not recognize digits",
            "The accuracy of the model on {0} held-out images is {1:p1} with the best of {2} pixel scalings; expected at least {3:p0}. "
            + "Import a model that was trained on MNIST's images.",
            5000, 0.101, 10, 0.5),
        Unusable = new(422, "model_unusable", "The model cannot serve",
            "{0} The served model is unchanged. Restore the model's files in the model store, or promote another model.",
            "The file weights.safetensors of model 'cnn-02ngc96a00nra' has SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08; " +
            "expected 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752, as in its card."),
        ImportsBusy = UploadProblems.Busy("imports_busy", "models are being imported", 4),
        ChangesBusy = new(429, "models_busy", "Too many changes at once",
            "{0} promotions, deletions and renames are running or queued. Try again when one of them has finished.", 8),
        Damaged = new(500, "model_damaged", "The model's files are damaged",
            "{0} Restore the file and its permissions in the model store, or train or import the model again.",
            "The card of model 'cnn-02ngc96a00nra' cannot be read: the JSON is invalid at path $, line 1."),
        CannotBeMeasured = new(503, "data_unavailable", "The model cannot be evaluated", "{0}",
            "MNIST's files (train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte.gz) are not in the data directory " +
            "or its folder 'mnist', or do not have their published lengths. Downloading is disabled. Copy the files into the data directory, or set MnistService:Data:Download to true."),
        NotDeleted = new(507, "storage_failed", "The model could not be deleted",
            "The service cannot delete the files of the model from the model store. Correct the permissions of the directory, then delete the model again."),
        NotRenamed = new(507, "storage_failed", "The model could not be renamed",
            "The disk of the model store is full, or the service cannot write to it. Free disk space or correct the permissions, then rename the model again."),
        NotConverted = new(507, "storage_failed", "The converted file could not be stored",
            "The disk of the data directory is full, or the service cannot write to it. Free disk space or correct the permissions, then download the model again."),
        NotStored = new(507, "storage_failed", "The model could not be stored",
            "The disk of the model store is full, or the service cannot write to it. Nothing was stored. " +
            "Free disk space or correct the permissions, then import the model again."),
        PromotionNotStored = new(507, "storage_failed", "The promotion could not be stored",
            "The disk of the model store is full, or the service cannot write to it. The served model is unchanged. " +
            "Free disk space or correct the permissions, then promote the model again.");
}
