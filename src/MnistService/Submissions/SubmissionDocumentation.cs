using MnistService.Connections.Memory;
using MnistService.Downloads;
using MnistService.Http;
using MnistService.Inference;
using MnistService.OpenApi;
using MnistService.Storage;
using MnistService.Uploads;

namespace MnistService.Submissions;

/// <summary>OpenAPI documentation of <c>/submissions</c>.</summary>
internal static class SubmissionDocumentation
{
    private const string Summary =
        """
        {"id":"02n5fbzpqs4sb","createdAt":"2026-11-24T11:19:08.7599395+00:00","rows":28000,"model":"cnn-02ngc96a00nra","seconds":1.2037,
        "imagesPerSecond":23261.3,"labels":[2760,3076,2846,2878,2729,2525,2691,2972,2785,2738],
        "leastConfident":[{"imageId":16127,"digit":2,"confidence":0.2258},{"imageId":23333,"digit":6,"confidence":0.2586}]}
        """;

    private const string Submission = "ImageId,Label\n1,8\n2,7\n3,3\n";

    internal static RouteHandlerBuilder WithSubmitDocumentation(this RouteHandlerBuilder route) => route
        .WithName("createSubmission")
        .WithSummary("Upload a Kaggle CSV and get the submission")
        .WithDescription(
            "The file is Kaggle's `test.csv`: a header `pixel0 … pixel783` in any order, or no header and 784 numbers per row. Send the file as the body or " +
            "as the file of a form, plain or gzip, up to 512 MB and 1,000,000 rows. The file may also have a `label` column at any position. The network " +
            "does not get the labels; they are compared with its predictions. The response is `submission.csv`. With `Accept: application/json`, the response " +
            "is the summary, with accuracy and confusion matrix if the file has labels. If one value is invalid, nothing is stored.")
        .WithFileBody("multipart/form-data", "text/csv")
        .Produces<SubmissionSummary>(201, "application/json")
        .WithAnswer(201, "text/csv", Submission)
        .WithAnswer(201, "application/json", Summary)
        .WithProblems(UploadProblems.FormInvalid, UploadProblems.FormWithoutFile, UploadProblems.Unreadable, UploadProblems.TooSlow, UploadProblems.EncodingMismatch)
        .WithProblems(RequestProblems.EncodingNotSupported, UploadProblems.NameInvalid)
        .WithProblems(CsvProblems.All)
        .WithProblems(SubmissionProblems.Deleted, SubmissionProblems.TooLarge, SubmissionProblems.UploadsBusy, SubmissionProblems.StorageFailed)
        .WithProblems(MemoryProblems.TooMany, MemoryProblems.Revoked, StorageProblems.Full)
        .WithProblems(InferenceProblems.All);

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithName("listSubmissions")
        .WithSummary("List the submissions, newest first")
        .WithDescription("Returns a page of summaries: `page` from 1, `pageSize` from 1 to 100.")
        .WithAnswer(200, "application/json", $$"""{"page":1,"pageSize":20,"total":1,"submissions":[{{Summary}}]}""")
        .WithProblems(RequestProblems.Invalid, RequestProblems.PageOutOfRange);

    internal static RouteHandlerBuilder WithProgressDocumentation(this RouteHandlerBuilder route) => route
        .WithName("getUploadProgress")
        .WithSummary("Get the progress of an upload")
        .WithDescription(
            "Returns how many rows of the upload `POST /submissions?upload=<name>` are already classified. `rows` is null before and after the upload.")
        .WithAnswer(200, "application/json", """{"rows":12800}""");

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithName("getSubmission")
        .WithSummary("Get a submission's summary")
        .WithDescription(
            "Returns the counts and the processing time of the submission. `accuracy` and `confusionMatrix` (rows: the label, columns: the prediction) " +
            "exist only if the uploaded file had labels.")
        .WithAnswer(200, "application/json", Summary).WithNotFound();

    internal static RouteHandlerBuilder WithDownloadDocumentation(this RouteHandlerBuilder route) => route
        .WithName("downloadSubmission")
        .WithSummary("Download a submission's rows")
        .WithDescription("The same file as in the response to the upload: `ImageId,Label`, ids from 1 in the order of the rows.")
        .WithAnswer(200, "text/csv", Submission).WithNotFound().WithProblems(DownloadProblems.Busy);

    internal static RouteHandlerBuilder WithLeastConfidentDocumentation(this RouteHandlerBuilder route) => route
        .WithName("listLeastConfidentRows")
        .WithSummary("Get a submission's least confident rows as images")
        .WithDescription(
            "The rows in `leastConfident` of the summary (at most 20), with their pixels: 784 bytes in row-major order, 0 is paper and 255 is ink, as base64.")
        .WithAnswer(200, "application/json", """[{"imageId":17,"digit":4,"confidence":0.41,"pixels":"AAAAAAAA…"}]""")
        .WithNotFound();

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithName("deleteSubmission")
        .WithSummary("Delete a submission")
        .WithDescription("Deletes the summary and the files of the submission.")
        .Produces(204).WithNotFound();

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) => route.WithProblems(SubmissionProblems.NotFound);
}
