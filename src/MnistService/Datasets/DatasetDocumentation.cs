using MnistService.Connections.Memory;
using MnistService.OpenApi;

namespace MnistService.Datasets;

/// <summary>OpenAPI documentation of <c>/datasets</c>, shown in Swagger UI.</summary>
internal static class DatasetDocumentation
{
    private const string Summary =
        """
        {"id":"02n5fd8zw1m4x","name":"our forms","createdAt":"2026-11-24T11:31:07.4410772+00:00","source":"csv","images":42000,
        "labels":[4132,4684,4177,4351,4072,3795,4137,4401,4063,4188],"sha256":"9d1c…","builtIn":false,"state":"available",
        "suspicious":{"count":412,"model":"cnn-02n6rc9mn6442"},"labelCheck":"412 of 42,000 labels look wrong; classes 3 and 5 seem swapped."}
        """;

    private const string Mnist =
        """
        {"id":"mnist","name":"MNIST","createdAt":null,"source":"idx","images":60000,"labels":[5923,6742,5958,6131,5842,5421,5918,6265,5851,5949],
        "sha256":"06b0…","builtIn":true,"state":"available","suspicious":null,"labelCheck":"The labels are not checked: MNIST is built in."}
        """;

    internal static RouteHandlerBuilder WithUploadDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Upload a data set of labeled digits")
        .WithDescription(
            "The file is either Kaggle's `train.csv` (a header with `label` and `pixel0 … pixel783` in any order, plain or gzip) or a zip file of PNG and JPEG images in folders " +
            "named after their digits, such as `train/7/a.png`. Send it as the body or as the file of a form, up to 512 MB. The images of a zip file are normalized to MNIST's " +
            "frame in the same way as in `/predict`. The whole file is checked first: if one value or image is invalid, nothing is stored. To train on the data set, send " +
            "`{\"data\":\"<id>\"}` to `POST /train`. The served model classifies all images once: `suspicious` counts the labels that it contradicts with a calibrated confidence of " +
            "at least 0.95, and `labelCheck` describes the result in a sentence. Suspicious labels do not cause a rejection. If no model serves, `suspicious` is null.")
        .WithFileBody("multipart/form-data", "text/csv", "application/zip")
        .WithAnswer(201, "application/json", Summary)
        .WithError(400, "csv_empty", "The body is empty", "The body is empty; expected a CSV with 784 pixels per row.")
        .WithError(400, "form_without_file", "The form has no file", "Expected one part with a file name that contains a labeled CSV or a zip file of images.")
        .WithError(400, "form_invalid", "The form cannot be read", "The multipart boundary has 0 characters; expected 1 to 70.")
        .WithError(400, "body_unreadable", "The body cannot be read", "The gzip data or the form is damaged.")
        .WithError(400, "dataset_unreadable", "The zip file cannot be read", "Entry '7/a.png' is encrypted.")
        .WithUploadTimeout()
        .WithError(408, "dataset_timeout", "The data set takes too long to read",
            "The images took more than 00:05:00 to decode (MnistService:Datasets:MaxDecodeTime); 1234 of 60000 were read.")
        .WithError(413, "dataset_too_large", "The data set is too large", "The file has more than 536870912 bytes (MnistService:Datasets:MaxBytes).")
        .WithError(413, "csv_too_many_rows", "The file is too large", "The file has more than 1000000 rows.")
        .WithError(413, "csv_line_too_long", "The file is too large", "Line 2 is longer than 65536 bytes; a row of 784 pixels needs fewer than 5,000.")
        .WithError(415, "dataset_type_unsupported", "The file is neither a CSV nor a zip file",
            "The file starts with the bytes 89504E470D0A1A0A0000000D49484452; expected a labeled CSV (plain or gzip) or a zip file of images.")
        .WithError(415, "csv_encoding", "The text encoding is not supported", "The text is UTF-16; expected UTF-8. Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8').")
        .WithError(415, "encoding_mismatch", "The body is not gzip", "The header Content-Encoding is gzip, but the body does not start with the gzip signature.")
        .WithError(415, "encoding_not_supported", "The content encoding is not supported", "The header Content-Encoding is not one of gzip, identity.")
        .WithError(429, "uploads_busy", "Too many uploads at once", "4 data sets are being uploaded. Try again when one is done.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(422, "query_invalid", "The name is invalid", "The query parameter 'name' has 101 characters; expected at most 100 characters and no control characters.")
        .WithError(422, "dataset_unlabelled", "The images have no labels", "Entry 'a.png' is not directly in a folder named after its digit (0 to 9); expected a path such as train/7/a.png.")
        .WithError(422, "dataset_bad_picture", "An image cannot be used", "Entry '7/a.png': The image has no ink: nothing differs from the paper by more than its noise (noise: 0.0 gray levels).")
        .WithError(422, "dataset_too_small", "The data set is too small", "The data set has 12 images of 1 different digits; expected at least 20 images of at least 2 different digits.")
        .WithError(422, "csv_bad_header", "The CSV is not a Digit Recognizer file",
            "The header (line 1) must name pixel0 to pixel783 exactly once and at most one label; missing: pixel5.")
        .WithError(422, "csv_bad_value", "The CSV is not a Digit Recognizer file", "Line 300, column 1 (label): found '12', expected a digit 0–9.")
        .WithError(422, "csv_wrong_cell_count", "The CSV is not a Digit Recognizer file", "Line 3 has 784 cells, expected 785.")
        .WithError(422, "csv_blank_line", "The CSV is not a Digit Recognizer file", "Line 3 is blank and is followed by rows; the ids of these rows would shift. Blank lines are allowed only at the end.")
        .WithError(422, "csv_separator", "The CSV is not a Digit Recognizer file", "Line 1 is separated by semicolons; expected commas.")
        .WithError(422, "csv_no_rows", "The CSV is not a Digit Recognizer file", "The file has a header but no rows.")
        .WithError(507, "storage_full", "The store is full",
            "The data sets have 4294967000 of at most 4294967296 bytes (MnistService:Storage:Datasets:MaxBytes); the new one has at least 235516. " +
            "Delete some, or raise the limit. Nothing was stored.")
        .WithError(507, "storage_failed", "The data set could not be stored", "The data directory is full or cannot be written to. Nothing was stored.");

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List the data sets, newest first")
        .WithDescription(
            "MNIST is always the last entry. `state` is `available`, `missing` or `damaged`. MNIST's files are compared with their published checksums, and compared again after " +
            "each change. For an uploaded data set, `state` depends on the existence and the length of its file. MNIST's `labels` and `sha256` are null unless it is available.")
        .WithAnswer(200, "application/json", $$"""{"datasets":[{{Summary}},{{Mnist}}]}""");

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Get a data set's summary")
        .WithDescription("The number of images of each digit and the checksum of their content. The cards of models that were trained on the data set contain the same checksum.")
        .WithAnswer(200, "application/json", Summary).WithNotFound();

    internal static RouteHandlerBuilder WithSuspiciousDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List the images of a data set whose labels look wrong")
        .WithDescription(
            "Images that the model that served during the upload classified as another digit than their label, with a calibrated confidence of at least 0.95. Highest confidence " +
            "first, in pages: `page` from 1, `pageSize` from 1 to 100. `total` is the length of the list (at most 10,000), `count` is the number of all such images. `index` is the " +
            "index, from 0, of the row in the CSV or of the image in the zip file. `image` is 784 bytes in row-major order, 0 is paper and 255 is ink, as base64. " +
            "The list is empty and `count` and `model` are null for MNIST and for data sets that were not checked; `labelCheck` gives the reason.")
        .WithAnswer(200, "application/json",
            """
            {"page":1,"pageSize":20,"total":300,"count":300,"model":"cnn-02n6rc9mn6442","labelCheck":"300 of 1,500 labels look wrong; classes 3 and 5 seem swapped.",
            "images":[{"index":452,"label":3,"predicted":5,"confidence":0.9999,"image":"AAAAAAAA…"}]}
            """)
        .WithError(400, "request_invalid", "Bad Request", "Failed to bind parameter \"int page\" from \"x\".")
        .WithNotFound()
        .WithError(422, "query_invalid", "The page is out of range", "The query parameter 'page' is 0 and 'pageSize' is 20; expected 'page' from 1 to 1000000 and 'pageSize' from 1 to 100.")
        .WithError(500, "dataset_damaged", "The images of the data set cannot be read", "Their file is missing, damaged or not readable. Upload the data set again.");

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Delete a data set but not its models")
        .WithDescription("Deletes the summary, the images and the list of suspicious labels. A data set cannot be deleted while a queued, running or interrupted job trains on it. A canceled job that trains on it cannot be resumed afterwards.")
        .Produces(204).WithNotFound()
        .WithError(409, "dataset_built_in", "The data set is built in", "MNIST is built in and cannot be deleted.")
        .WithError(409, "dataset_is_reference", "The data set is a reference set of the promotion rule",
            "The setting MnistService:Promotion:ReferenceSets lists this data set. Remove it from the setting and restart the service, then delete the data set.")
        .WithError(409, "dataset_in_use", "A training job uses the data set",
            "A queued, running or interrupted job trains on this data set. Cancel the job or delete it with DELETE /train/{id}, then delete the data set.");

    internal static RouteHandlerBuilder WithTestImagesDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Get test images of MNIST by their indexes")
        .WithDescription(
            "Returns the images that the mistakes of `GET /models/{id}/evaluation` and the differences of `GET /models/compare` refer to. The query parameter `at` is a list of up to " +
            "200 indexes, from 0, separated by commas. `pixels` is 784 bytes in row-major order, 0 is paper and 255 is ink, as base64.")
        .WithAnswer(200, "application/json", """[{"image":115,"label":4,"pixels":"AAAAAAAA…"}]""")
        .WithError(404, "data_unavailable", "MNIST's files are missing", "The data directory does not contain MNIST's files. The first training job downloads them if MnistService:Data:Download is true. Otherwise, copy them into the data directory.")
        .WithError(500, "data_damaged", "MNIST's files are damaged",
            "t10k-images-idx3-ubyte.gz does not have its published length and checksum, or cannot be read. Delete it; the next training job downloads it again.")
        .WithError(422, "query_invalid", "A test image index is out of range", "The query parameter 'at' contains an index that is not from 0 to 9999.");

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithError(404, "dataset_not_found", "No such data set", "There is no data set with this id; GET /datasets lists all data sets.");
}
