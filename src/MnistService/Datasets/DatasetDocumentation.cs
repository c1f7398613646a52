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
        .WithSummary("Upload labelled digits to train on")
        .WithDescription(
            "Either Kaggle's `train.csv` (a header with `label` and `pixel0 … pixel783` in any order, as it is or as gzip) or a zip of PNG and JPEG pictures in folders " +
            "named after their digits, such as `train/7/a.png`; raw or as the file of a form, up to 512 MB. Pictures of a zip are brought into MNIST's frame as `/predict` " +
            "does it. All is checked before it is accepted: one bad value or picture, and nothing is kept. Train on it with `POST /train` and `{\"data\":\"<id>\"}`. " +
            "The served model reads all images once: `suspicious` counts the labels that it contradicts with a calibrated confidence of at least 0.95, `labelCheck` says the same " +
            "in words. Such a set is accepted all the same. Without a model that serves, `suspicious` is null.")
        .WithFileBody("multipart/form-data", "text/csv", "application/zip")
        .WithAnswer(201, "application/json", Summary)
        .WithError(400, "csv_empty", "The body is empty", "The body is empty; expected a CSV of 784 pixels a row.")
        .WithError(400, "form_without_file", "The form has no file", "Expected one part with a file name, holding a labelled CSV or a zip of pictures.")
        .WithError(400, "form_invalid", "The form cannot be read", "The multipart boundary has 0 characters; expected 1 to 70.")
        .WithError(400, "body_unreadable", "The body cannot be read", "The gzip data or the form is damaged.")
        .WithError(400, "dataset_unreadable", "The zip cannot be read", "Entry '7/a.png' is encrypted.")
        .WithUploadTimeout()
        .WithError(408, "dataset_timeout", "The data set takes too long to read",
            "The images took more than 00:05:00 to decode (MnistService:Datasets:MaxDecodeTime); 1234 of 60000 were read.")
        .WithError(413, "dataset_too_large", "The data set is too large", "The file has more than 536870912 bytes (MnistService:Datasets:MaxBytes).")
        .WithError(413, "csv_too_many_rows", "The file is too large", "The file has more than 1000000 rows.")
        .WithError(413, "csv_line_too_long", "The file is too large", "Line 2 is longer than 65536 bytes; a row of 784 pixels needs fewer than 5,000.")
        .WithError(415, "dataset_type_unsupported", "Neither a CSV nor a zip",
            "The bytes begin with 89504E470D0A1A0A; expected a labelled CSV, as it is or as gzip, or a zip of pictures.")
        .WithError(415, "csv_encoding", "The text's encoding is not read", "The text is UTF-16; expected UTF-8. Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8').")
        .WithError(415, "encoding_mismatch", "The body is not gzip", "Content-Encoding says gzip, but the body does not start as gzip does.")
        .WithError(415, "encoding_not_supported", "The encoding is not read", "Content-Encoding is not one of gzip, identity.")
        .WithError(429, "uploads_busy", "Too many uploads at once", "4 data sets are being taken. Try again when one is done.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(422, "query_invalid", "The name cannot be kept", "name has 101 characters; expected at most 100, and no control characters.")
        .WithError(422, "dataset_unlabelled", "The pictures have no labels", "Entry 'a.png' is in no folder named after its digit, 0 to 9; expected names such as train/7/a.png.")
        .WithError(422, "dataset_bad_picture", "A picture cannot be used", "Entry '7/a.png': the picture is sound, but nothing is written on it.")
        .WithError(422, "dataset_too_small", "The data set is too small", "There are 12 pictures of 1 different digits; expected at least 20 of at least 2.")
        .WithError(422, "csv_bad_header", "The CSV is not a Digit Recognizer file",
            "The header (line 1) does not name pixel0 to pixel783 once each, and at most one label: missing: pixel5.")
        .WithError(422, "csv_bad_value", "The CSV is not a Digit Recognizer file", "Line 300, column 1 (label): found '12', expected a digit 0–9.")
        .WithError(422, "csv_wrong_cell_count", "The CSV is not a Digit Recognizer file", "Line 3 has 784 cells, expected 785.")
        .WithError(422, "csv_blank_line", "The CSV is not a Digit Recognizer file", "Line 3 is blank and rows follow it; the ids would shift. Blank lines may stand at the end only.")
        .WithError(422, "csv_separator", "The CSV is not a Digit Recognizer file", "Line 1 is separated by semicolons; expected commas.")
        .WithError(422, "csv_no_rows", "The CSV is not a Digit Recognizer file", "The file has a header and no row.")
        .WithError(507, "storage_full", "The store is full",
            "The data sets have 4294967000 of at most 4294967296 bytes (MnistService:Storage:Datasets:MaxBytes); this one has at least 235516. " +
            "Delete some, or raise the limit. Nothing was kept.")
        .WithError(507, "storage_failed", "The data set could not be stored", "The data directory is full or cannot be written to. Nothing was kept.");

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List what can be trained on, newest first")
        .WithDescription(
            "MNIST is always listed, last. `state` is `available`, `missing` or `damaged`: MNIST's files are read and compared with their published checksums, again whenever " +
            "they change; of an uploaded set, that its file is there whole. MNIST's `labels` and `sha256` are null unless it is available.")
        .WithAnswer(200, "application/json", $$"""{"datasets":[{{Summary}},{{Mnist}}]}""");

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("A data set's summary")
        .WithDescription("How many pictures there are of each digit, and the checksum of their content, which the cards of its models repeat.")
        .WithAnswer(200, "application/json", Summary).WithNotFound();

    internal static RouteHandlerBuilder WithSuspiciousDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("The images of a data set whose labels look wrong")
        .WithDescription(
            "Images that the model, which served at the upload, read as another digit than their label with a calibrated confidence of at least 0.95; highest confidence first, " +
            "a page at a time: `page` from 1, `pageSize` from 1 to 100. `total` is the length of the list (at most 10,000), `count` that of all such images. `index`: from 0, the row " +
            "of the CSV, or the place among the images of the zip. `image`: 784 bytes in row order, 0 is paper and 255 is ink, as base64. " +
            "The list is empty and `count` and `model` are null for MNIST and for sets that were not checked; `labelCheck` gives the reason.")
        .WithAnswer(200, "application/json",
            """
            {"page":1,"pageSize":20,"total":300,"count":300,"model":"cnn-02n6rc9mn6442","labelCheck":"300 of 1,500 labels look wrong; classes 3 and 5 seem swapped.",
            "images":[{"index":452,"label":3,"predicted":5,"confidence":0.9999,"image":"AAAAAAAA…"}]}
            """)
        .WithError(400, "request_invalid", "Bad Request", "Failed to bind parameter \"int page\" from \"x\".")
        .WithNotFound()
        .WithError(422, "query_invalid", "No such page", "page is 0 and pageSize 20; expected page from 1 and pageSize 1 to 100.")
        .WithError(500, "dataset_damaged", "The images of the data set cannot be read", "Their file is absent, damaged or not readable. Upload the data set again.");

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Delete a data set; its models stay")
        .WithDescription("Its summary, its pictures and the list of its suspicious labels. Not while a queued, running or interrupted job trains on it; a cancelled job cannot be resumed afterwards.")
        .Produces(204).WithNotFound()
        .WithError(409, "dataset_built_in", "The data set belongs to the service", "MNIST is built in and cannot be deleted.")
        .WithError(409, "dataset_is_reference", "The promotion rule compares on the data set",
            "The setting MnistService:Promotion:ReferenceSets names it. Remove it from the setting first.")
        .WithError(409, "dataset_in_use", "A job uses the data set",
            "A queued, running or interrupted job trains on it. Cancel the job, or forget it with DELETE /train/{id}, first.");

    internal static RouteHandlerBuilder WithTestImagesDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("MNIST's test images, by their places")
        .WithDescription(
            "What the mistakes of `GET /models/{id}/evaluation` and the differences of `GET /models/compare` look like. `at`: up to 200 places from 0, with commas between. " +
            "`pixels`: 784 bytes in row order, 0 is paper and 255 is ink, as base64.")
        .WithAnswer(200, "application/json", """[{"image":115,"label":4,"pixels":"AAAAAAAA…"}]""")
        .WithError(404, "data_unavailable", "MNIST's files are not there", "The first training job fetches them, or put them into the data directory.")
        .WithError(500, "data_damaged", "MNIST's files are damaged",
            "t10k-images-idx3-ubyte.gz has not its published length and checksum. Delete it; the next job fetches it again.")
        .WithError(422, "query_invalid", "No such test image", "at has a number that is not from 0 to 9999.");

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithError(404, "dataset_not_found", "No such data set", "There is no data set of this id; GET /datasets lists them.");
}
