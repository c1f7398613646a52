using MnistService.Connections.Memory;
using MnistService.Database;
using MnistService.Http;
using MnistService.OpenApi;
using MnistService.Storage;
using MnistService.Uploads;

namespace MnistService.Datasets;

/// <summary>OpenAPI documentation of <c>/datasets</c>, shown in Swagger UI.</summary>
internal static class DatasetDocumentation
{
    private const string Summary =
        """
        {"id":"02n5fd8zw1m4x","name":"our forms","createdAt":"2026-11-24T11:31:07.4410772+00:00","source":"csv","images":42000,
        "labels":[4132,4684,4177,4351,4072,3795,4137,4401,4063,4188],"sha256":"9d1c…","builtIn":false,"state":"available",
        "suspicious":{"count":412,"model":"cnn-02ngc96a00nra"},"labelCheck":"412 of 42,000 labels look wrong; classes 3 and 5 seem swapped."}
        """;

    private const string Mnist =
        """
        {"id":"mnist","name":"MNIST","createdAt":null,"source":"idx","images":60000,"labels":[5923,6742,5958,6131,5842,5421,5918,6265,5851,5949],
        "sha256":"06b0…","builtIn":true,"state":"available","suspicious":null,"labelCheck":"The labels are not checked: the data set is built in."}
        """;

    internal static RouteHandlerBuilder WithUploadDocumentation(this RouteHandlerBuilder route) => route
        .WithName("uploadDataset")
        .WithSummary("Upload a data set of labeled digits")
        .WithDescription(
            "The file is either Kaggle's `train.csv` (a header with `label` and `pixel0 … pixel783` in any order, plain or gzip) or a zip file of images in " +
            "folders named after their digits, such as `train/7/a.png`. Send the file as the body or as the file of a form, up to 512 MB. The images of a " +
            "zip file are normalized to MNIST's size and position, as in `/predict`. The whole file is checked first: if one value or image is invalid, " +
            "nothing is stored. To train on the data set, send `{\"data\":\"<id>\"}` to `POST /train`. The served model classifies all images once. A label " +
            "is suspicious if the model predicts another digit with a calibrated confidence of at least 0.95: `suspicious` counts these labels, and " +
            "`labelCheck` describes the result in a sentence. Suspicious labels do not cause a rejection. If the labels cannot be checked, for example " +
            "because no model is served, `suspicious` is null.")
        .WithFileBody("multipart/form-data", "text/csv", "application/zip")
        .WithAnswer(201, "application/json", Summary)
        .WithProblems(UploadProblems.FormInvalid, UploadProblems.Unreadable, UploadProblems.TooSlow, UploadProblems.EncodingMismatch, UploadProblems.NameInvalid)
        .WithProblems(UploadProblems.FormWithoutFile.ExampleOf("a labeled CSV or a zip file of images"))
        .WithProblems(RequestProblems.EncodingNotSupported)
        .WithProblems(CsvProblems.All)
        .WithProblems(DatasetProblems.ZipUnreadable, DatasetProblems.DecodingTooLong, DatasetProblems.TooLarge, DatasetProblems.TypeUnsupported)
        .WithProblems(DatasetProblems.BadImage, DatasetProblems.TooSmall, DatasetProblems.CsvUnlabeled, DatasetProblems.ZipUnlabeled)
        .WithProblems(DatasetProblems.UploadsBusy, DatasetProblems.StorageFailed)
        .WithProblems(MemoryProblems.TooMany, MemoryProblems.Revoked, StorageProblems.Full);

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithName("listDatasets")
        .WithSummary("List the data sets, newest first")
        .WithDescription(
            "The built-in data sets are the last entries: `strokes`, which the service draws, and `mnist`. `state` is `available`, `missing` or `damaged`. " +
            "MNIST's files are compared with their published checksums, and compared again after each change. For an uploaded data set, `state` depends on " +
            "the existence and the length of its file. MNIST's `labels` and `sha256` are null unless its `state` is `available`.")
        .WithAnswer(200, "application/json", $$"""{"datasets":[{{Summary}},{{Mnist}}]}""");

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithName("getDataset")
        .WithSummary("Get a data set's summary")
        .WithDescription(
            "`labels` is the number of images of each digit, and `sha256` is the checksum of the pixels and labels. The model cards of models that were " +
            "trained on the data set contain the same checksum.")
        .WithAnswer(200, "application/json", Summary).WithNotFound();

    internal static RouteHandlerBuilder WithImagesDocumentation(this RouteHandlerBuilder route) => route
        .WithName("listDatasetImages")
        .WithSummary("List the images of a data set")
        .WithDescription(
            "Returns a page of images: `page` from 1, `pageSize` from 1 to 100. The query parameter `label` selects the images with this label. `index` is " +
            "the index in the data set, from 0. `image` is 784 bytes in row-major order, 0 is paper and 255 is ink, as base64. The images of `mnist` are " +
            "the 60,000 training images.")
        .WithAnswer(200, "application/json", """{"page":1,"pageSize":20,"total":2000,"images":[{"index":3,"label":7,"image":"AAAAAAAA…"}]}""")
        .WithNotFound()
        .WithProblems(RequestProblems.Invalid, RequestProblems.PageOutOfRange, DatasetProblems.LabelOutOfRange, DatasetProblems.DataMissing, DatasetProblems.DataDamaged, DatasetProblems.Damaged);

    internal static RouteHandlerBuilder WithSuspiciousDocumentation(this RouteHandlerBuilder route) => route
        .WithName("listSuspiciousImages")
        .WithSummary("List the images of a data set whose labels look wrong")
        .WithDescription(
            "During the upload, the served model classified these images as another digit than their label, with a calibrated confidence of at least 0.95. " +
            "The list is sorted by confidence, highest first, and returned in pages: `page` from 1, `pageSize` from 1 to 100. `total` is the length of the " +
            "list (at most 10,000), `count` is the number of all such images. `index` is the index, from 0, of the row in the CSV or of the image in the " +
            "zip file. `image` is 784 bytes in row-major order, 0 is paper and 255 is ink, as base64. For the built-in data sets, and for data sets that " +
            "were not checked, the list is empty and `count` and `model` are null; `labelCheck` gives the reason.")
        .WithAnswer(200, "application/json",
            """
            {"page":1,"pageSize":20,"total":300,"count":300,"model":"cnn-02ngc96a00nra","labelCheck":"300 of 1,500 labels look wrong; classes 3 and 5 seem swapped.",
            "images":[{"index":452,"label":3,"predicted":5,"confidence":0.9999,"image":"AAAAAAAA…"}]}
            """)
        .WithNotFound()
        .WithProblems(RequestProblems.Invalid, RequestProblems.PageOutOfRange, DatasetProblems.Damaged);

    internal static RouteHandlerBuilder WithRenameDocumentation(this RouteHandlerBuilder route) => route
        .WithName("renameDataset")
        .WithSummary("Rename a data set")
        .WithDescription("Changes the display name of an uploaded data set. The id does not change.")
        .WithNewName()
        .WithNotFound()
        .WithProblems(DatasetProblems.BuiltIn, DatabaseProblems.StorageFailed, MemoryProblems.TooMany, MemoryProblems.Revoked);

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithName("deleteDataset")
        .WithSummary("Delete a data set but not its models")
        .WithDescription(
            "Deletes the summary, the images and the list of suspicious labels. A data set cannot be deleted while a queued, running or interrupted " +
            "training job uses it, or while it is a reference set of the promotion rule. A canceled job that used the data set cannot be resumed " +
            "afterwards.")
        .Produces(204).WithNotFound()
        .WithProblems(DatasetProblems.BuiltIn, DatasetProblems.IsReference, DatasetProblems.InUse, DatabaseProblems.StorageFailed);

    internal static RouteHandlerBuilder WithTestImagesDocumentation(this RouteHandlerBuilder route) => route
        .WithName("listTestImages")
        .WithSummary("Get test images of MNIST by their indexes")
        .WithDescription(
            "Returns the images that the mistakes of `GET /models/{id}/evaluation` and the differences of `GET /models/compare` refer to. The query parameter `at` is a list of up to " +
            "200 indexes, from 0, separated by commas. `pixels` is 784 bytes in row-major order, 0 is paper and 255 is ink, as base64.")
        .WithAnswer(200, "application/json", """[{"image":115,"label":4,"pixels":"AAAAAAAA…"}]""")
        .WithProblems(RequestProblems.Invalid, DatasetProblems.DataMissing, DatasetProblems.DataDamaged)
        .WithProblems(DatasetProblems.TestImageOutOfRange, DatasetProblems.TestImagesInvalid, DatasetProblems.TooManyTestImages);

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) => route.WithProblems(DatasetProblems.NotFound);
}
