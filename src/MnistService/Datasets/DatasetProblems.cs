using MnistService.Http;
using MnistService.Uploads;

namespace MnistService.Datasets;

/// <summary>Problem types of the error responses of <c>/datasets</c>.</summary>
internal static class DatasetProblems
{
    internal static readonly ProblemType
        ZipUnreadable = new(400, "dataset_unreadable", "The zip file cannot be read", "{0}",
            "Entry '7/a.png' is encrypted; expected entries without encryption. Create the zip file without a password."),
        DataMissing = new(404, "data_unavailable", "MNIST's files are missing",
            "The data directory does not contain MNIST's files. A training job on MNIST downloads the files if MnistService:Data:Download is true. " +
            "Otherwise, copy the files into the data directory."),
        NotFound = new(404, "dataset_not_found", "No such data set", "There is no data set with this id; GET /datasets lists all data sets."),
        DecodingTooLong = new(408, "dataset_timeout", "The data set takes too long to read",
            $"Decoding the images took more than {{0}} ({DatasetOptions.Section}:MaxDecodeTime); {{1}} of {{2}} images were decoded. " +
            "Upload fewer or smaller images.",
            TimeSpan.FromMinutes(5), 1234, 60000),
        BuiltIn = new(409, "dataset_built_in", "The data set is built in",
            "A built-in data set cannot be renamed or deleted, and cannot be used to teach the served model. Upload a data set with POST /datasets."),
        InUse = new(409, "dataset_in_use", "A training job uses the data set",
            "The training job '{0}' uses this data set and has not ended. Cancel a queued or running job with POST /train/{{id}}/cancel, " +
            "or delete an interrupted job with DELETE /train/{{id}}; then delete the data set.", "02n6rc9mn6442"),
        IsReference = new(409, "dataset_is_reference", "The data set is a reference set of the promotion rule",
            $"The setting {PromotionOptions.Section}:ReferenceSets lists this data set. Remove it from the setting and restart the service, then delete the data set."),
        TooLarge = new(413, "dataset_too_large", "The data set is too large", "{0}",
            $"The file has more than 536870912 bytes ({DatasetOptions.Section}:MaxBytes). Upload a smaller file, or raise the limit."),
        TypeUnsupported = new(415, "dataset_type_unsupported", "The file is neither a CSV nor a zip file",
            "The file starts with the bytes {0} (hexadecimal); expected a labeled CSV (plain or gzip) or a zip file of images.", "89504E470D0A1A0A0000000D49484452"),
        BadImage = new(422, "dataset_bad_picture", "An image cannot be used", "Entry {0}: {1}",
            "'7/a.png'", "The image has no ink: no pixel differs from the paper by more than 8 gray levels (noise of the paper: 0.0 gray levels)."),
        TooSmall = new(422, "dataset_too_small", "The data set is too small",
            "The data set has no images; expected at least one image."),
        CsvUnlabeled = new(422, "dataset_unlabelled", "The images have no labels",
            "The CSV has no column 'label'; expected the format of Kaggle's train.csv: a header with label and pixel0 to pixel783."),
        ZipUnlabeled = new(422, "dataset_unlabelled", "The images have no labels",
            "Entry {0} is not directly in a folder named after its digit (0 to 9); expected a path such as train/7/a.png.", "'a.png'"),
        LabelOutOfRange = new(422, "query_invalid", "The label is out of range", "The query parameter 'label' is {0}; expected 0 to 9.", 10),
        TestImageOutOfRange = new(422, "query_invalid", "A test image index is out of range",
            "The query parameter 'at' contains the index {0}; expected 0 to {1}.", 10000, 9999),
        TestImagesInvalid = new(422, "query_invalid", "The list of test images is invalid",
            "The query parameter 'at' contains '{0}'; expected whole numbers separated by commas, such as 115,247.", "x"),
        TooManyTestImages = new(422, "query_invalid", "Too many test images", "The query parameter 'at' has {0} indexes; expected at most {1}.", 201, TestImages.Most),
        UploadsBusy = UploadProblems.Busy("uploads_busy", "data sets are being uploaded", 4),
        DataDamaged = new(500, "data_damaged", "MNIST's files are damaged",
            "The file {0} in the data directory does not have its published length and checksum, or cannot be read. Delete it. " +
            "The next training job that needs MNIST downloads it again if MnistService:Data:Download is true; otherwise, copy an undamaged file into the data directory.", "t10k-images-idx3-ubyte.gz"),
        Damaged = new(500, "dataset_damaged", "The images of the data set cannot be read",
            "The file with the images is missing, damaged or not readable. Delete the data set and upload it again."),
        StorageFailed = new(507, "storage_failed", "The data set could not be stored",
            "The disk of the data directory is full, or the service cannot write to it. Nothing was stored. " +
            "Free disk space or correct the permissions, then upload the data set again.");
}
