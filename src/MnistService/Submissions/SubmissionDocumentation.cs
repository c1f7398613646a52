using MnistService.Connections.Memory;
using MnistService.Downloads;
using MnistService.OpenApi;

namespace MnistService.Submissions;

/// <summary>OpenAPI documentation of <c>/submissions</c>.</summary>
internal static class SubmissionDocumentation
{
    private const string Summary =
        """
        {"id":"02n5fbzpqs4sb","createdAt":"2026-11-24T11:19:08.7599395+00:00","rows":28000,"model":"cnn-02n6rc9mn6442","seconds":1.2037,
        "imagesPerSecond":23261.3,"labels":[2760,3076,2846,2878,2729,2525,2691,2972,2785,2738],
        "leastConfident":[{"imageId":16127,"digit":2,"confidence":0.2258},{"imageId":23333,"digit":6,"confidence":0.2586}]}
        """;

    private const string Submission = "ImageId,Label\n1,8\n2,7\n3,3\n";

    internal static RouteHandlerBuilder WithSubmitDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Upload a Kaggle CSV, get the submission")
        .WithDescription(
            "The body is Kaggle's `test.csv`: a header `pixel0 … pixel783` in any order, or no header and 784 numbers a row; raw or as the file of a form, plain or " +
            "gzip, up to 512 MB and 1,000,000 rows. A `label` column may stand anywhere: it is not an input, and makes this a scored upload. The answer is " +
            "`submission.csv`; with `Accept: application/json` its summary, with accuracy and confusion matrix for a scored upload. One bad value, and nothing is kept.")
        .WithFileBody("multipart/form-data", "text/csv")
        .Produces<SubmissionSummary>(201, "application/json")
        .WithAnswer(201, "text/csv", Submission)
        .WithAnswer(201, "application/json", Summary)
        .WithError(400, "csv_empty", "The body is empty", "The body is empty; expected a CSV of 784 pixels a row.")
        .WithError(400, "form_without_file", "The form has no file", "Expected one part with a file name, holding the CSV.")
        .WithError(400, "form_invalid", "The form cannot be read", "The multipart boundary has 0 characters; expected 1 to 70.")
        .WithError(400, "body_unreadable", "The body cannot be read", "The gzip data or the form is damaged.")
        .WithUploadTimeout()
        .WithError(413, "csv_too_large", "The file is too large", "The CSV has more than 536870912 bytes (MnistService:Submissions:MaxBytes).")
        .WithError(413, "csv_too_many_rows", "The file is too large", "The file has more than 1000000 rows.")
        .WithError(413, "csv_line_too_long", "The file is too large", "Line 2 is longer than 65536 bytes; a row of 784 pixels needs fewer than 5,000.")
        .WithError(415, "csv_encoding", "The text's encoding is not read", "The text is UTF-16; expected UTF-8. Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8').")
        .WithError(415, "encoding_mismatch", "The body is not gzip", "Content-Encoding says gzip, but the body does not start as gzip does.")
        .WithError(415, "encoding_not_supported", "The encoding is not read", "Content-Encoding is not one of gzip, identity.")
        .WithError(422, "csv_bad_header", "The CSV is not a Digit Recognizer file",
            "The header (line 1) does not name pixel0 to pixel783 once each, and at most one label: missing: pixel5.")
        .WithError(422, "csv_bad_value", "The CSV is not a Digit Recognizer file", "Line 3, column 12 (pixel11): found 'x', expected an integer 0–255.")
        .WithError(422, "csv_wrong_cell_count", "The CSV is not a Digit Recognizer file", "Line 3 has 783 cells, expected 784.")
        .WithError(422, "csv_blank_line", "The CSV is not a Digit Recognizer file", "Line 3 is blank and rows follow it; the ids would shift. Blank lines may stand at the end only.")
        .WithError(422, "csv_separator", "The CSV is not a Digit Recognizer file", "Line 1 is separated by semicolons; expected commas.")
        .WithError(422, "csv_no_rows", "The CSV is not a Digit Recognizer file", "The file has a header and no row.")
        .WithError(429, "uploads_busy", "Too many uploads at once", "16 submissions are being read. Try again when one is done.")
        .WithError(404, "submission_not_found", "No such submission", "The submission was deleted before it could be sent.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(503, "not_ready", "The service is not ready", "The service is shutting down.")
        .WithError(507, "storage_full", "The store is full",
            "There are 10000 submissions of at most 10000 (MnistService:Storage:Submissions:MaxCount). Delete some, or raise the limit. Nothing was kept.")
        .WithError(507, "storage_failed", "The submission could not be stored", "The data directory is full or cannot be written to. Nothing was kept.");

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List the submissions, newest first")
        .WithDescription("Summaries, a page at a time: `page` from 1, `pageSize` from 1 to 100.")
        .WithAnswer(200, "application/json", $$"""{"page":1,"pageSize":20,"total":1,"submissions":[{{Summary}}]}""")
        .WithError(422, "query_invalid", "No such page", "page is 0 and pageSize 20; expected page from 1 and pageSize 1 to 100.")
        .WithError(400, "request_invalid", "Bad Request", "Failed to bind parameter \"int page\" from \"x\".");

    internal static RouteHandlerBuilder WithProgressDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("How far an upload is")
        .WithDescription("Rows that are answered of the upload that was sent to `POST /submissions?upload=<name>`, while it is being read; null before and afterwards.")
        .WithAnswer(200, "application/json", """{"rows":12800}""");

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("A submission's summary")
        .WithDescription("What was counted and measured; `accuracy` and `confusionMatrix` (rows: the label, columns: the answer) only of a scored upload.")
        .WithAnswer(200, "application/json", Summary).WithNotFound();

    internal static RouteHandlerBuilder WithDownloadDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("A submission's rows")
        .WithDescription("The file as it was answered to the upload: `ImageId,Label`, ids from 1 in the order of the rows.")
        .WithAnswer(200, "text/csv", Submission).WithNotFound().WithDownloadsBusy();

    internal static RouteHandlerBuilder WithLeastConfidentDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("A submission's least confident rows, as pictures")
        .WithDescription("The 20 of its summary with their pixels: 784 bytes in row order, 0 is paper and 255 is ink, as base64.")
        .WithAnswer(200, "application/json", """[{"imageId":17,"digit":4,"confidence":0.41,"pixels":"AAAAAAAA…"}]""")
        .WithNotFound();

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Delete a submission")
        .WithDescription("Its summary and its rows.")
        .Produces(204).WithNotFound();

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithError(404, "submission_not_found", "No such submission", "There is no submission of this id; GET /submissions lists them.");
}
