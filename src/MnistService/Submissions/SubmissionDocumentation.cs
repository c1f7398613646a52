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
        .WithSummary("Upload a Kaggle CSV and get the submission")
        .WithDescription(
            "The file is Kaggle's `test.csv`: a header `pixel0 … pixel783` in any order, or no header and 784 numbers per row. Send it as the body or as the file of a form, plain or " +
            "gzip, up to 512 MB and 1,000,000 rows. A `label` column may be at any position: it is not an input, and makes the upload a scored upload. The response is " +
            "`submission.csv`; with `Accept: application/json` it is the summary, with accuracy and confusion matrix for a scored upload. If one value is invalid, nothing is stored.")
        .WithFileBody("multipart/form-data", "text/csv")
        .Produces<SubmissionSummary>(201, "application/json")
        .WithAnswer(201, "text/csv", Submission)
        .WithAnswer(201, "application/json", Summary)
        .WithError(400, "csv_empty", "The body is empty", "The body is empty; expected a CSV with 784 pixels per row.")
        .WithError(400, "form_without_file", "The form has no file", "Expected one part with a file name that contains the CSV.")
        .WithError(400, "form_invalid", "The form cannot be read", "The multipart boundary has 0 characters; expected 1 to 70.")
        .WithError(400, "body_unreadable", "The body cannot be read", "The gzip data or the form is damaged.")
        .WithUploadTimeout()
        .WithError(413, "csv_too_large", "The file is too large", "The CSV has more than 536870912 bytes (MnistService:Submissions:MaxBytes).")
        .WithError(413, "csv_too_many_rows", "The file is too large", "The file has more than 1000000 rows.")
        .WithError(413, "csv_line_too_long", "The file is too large", "Line 2 is longer than 65536 bytes; a row of 784 pixels needs fewer than 5,000.")
        .WithError(415, "csv_encoding", "The text encoding is not supported", "The text is UTF-16; expected UTF-8. Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8').")
        .WithError(415, "encoding_mismatch", "The body is not gzip", "The header Content-Encoding is gzip, but the body does not start with the gzip signature.")
        .WithError(415, "encoding_not_supported", "The content encoding is not supported", "The header Content-Encoding is not one of gzip, identity.")
        .WithError(422, "csv_bad_header", "The CSV is not a Digit Recognizer file",
            "The header (line 1) must name pixel0 to pixel783 exactly once and at most one label; missing: pixel5.")
        .WithError(422, "csv_bad_value", "The CSV is not a Digit Recognizer file", "Line 3, column 12 (pixel11): found 'x', expected an integer 0–255.")
        .WithError(422, "csv_wrong_cell_count", "The CSV is not a Digit Recognizer file", "Line 3 has 783 cells, expected 784.")
        .WithError(422, "csv_blank_line", "The CSV is not a Digit Recognizer file", "Line 3 is blank and is followed by rows; the ids of these rows would shift. Blank lines are allowed only at the end.")
        .WithError(422, "csv_separator", "The CSV is not a Digit Recognizer file", "Line 1 is separated by semicolons; expected commas.")
        .WithError(422, "csv_no_rows", "The CSV is not a Digit Recognizer file", "The file has a header but no rows.")
        .WithError(429, "uploads_busy", "Too many uploads at once", "16 submissions are being read. Try again when one is done.")
        .WithError(404, "submission_not_found", "No such submission", "The submission was deleted before it could be sent.")
        .WithError(429, "bodies_too_large", "The service is busy", MemoryProblems.TooManyDetail)
        .WithError(503, "not_ready", "The service is not ready", "The service is shutting down.")
        .WithError(507, "storage_full", "The store is full",
            "There are 10000 submissions of at most 10000 (MnistService:Storage:Submissions:MaxCount). Delete some, or raise the limit. Nothing was stored.")
        .WithError(507, "storage_failed", "The submission could not be stored", "The data directory is full or cannot be written to. Nothing was stored.");

    internal static RouteHandlerBuilder WithListDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("List the submissions, newest first")
        .WithDescription("Returns a page of summaries: `page` from 1, `pageSize` from 1 to 100.")
        .WithAnswer(200, "application/json", $$"""{"page":1,"pageSize":20,"total":1,"submissions":[{{Summary}}]}""")
        .WithError(422, "query_invalid", "The page is out of range", "The query parameter 'page' is 0 and 'pageSize' is 20; expected 'page' from 1 to 1000000 and 'pageSize' from 1 to 100.")
        .WithError(400, "request_invalid", "Bad Request", "Failed to bind parameter \"int page\" from \"x\".");

    internal static RouteHandlerBuilder WithProgressDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Get the progress of an upload")
        .WithDescription("The number of rows that are already classified of the upload that was sent to `POST /submissions?upload=<name>`. Null before and after the upload.")
        .WithAnswer(200, "application/json", """{"rows":12800}""");

    internal static RouteHandlerBuilder WithGetDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Get a submission's summary")
        .WithDescription("Counts and measurements. `accuracy` and `confusionMatrix` (rows: the label, columns: the prediction) exist only for a scored upload.")
        .WithAnswer(200, "application/json", Summary).WithNotFound();

    internal static RouteHandlerBuilder WithDownloadDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Download a submission's rows")
        .WithDescription("The same file as in the response to the upload: `ImageId,Label`, ids from 1 in the order of the rows.")
        .WithAnswer(200, "text/csv", Submission).WithNotFound().WithDownloadsBusy();

    internal static RouteHandlerBuilder WithLeastConfidentDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Get a submission's least confident rows as images")
        .WithDescription("The 20 rows of the summary with their pixels: 784 bytes in row-major order, 0 is paper and 255 is ink, as base64.")
        .WithAnswer(200, "application/json", """[{"imageId":17,"digit":4,"confidence":0.41,"pixels":"AAAAAAAA…"}]""")
        .WithNotFound();

    internal static RouteHandlerBuilder WithDeleteDocumentation(this RouteHandlerBuilder route) => route
        .WithSummary("Delete a submission")
        .WithDescription("Deletes its summary and its rows.")
        .Produces(204).WithNotFound();

    private static RouteHandlerBuilder WithNotFound(this RouteHandlerBuilder route) =>
        route.WithError(404, "submission_not_found", "No such submission", "There is no submission with this id; GET /submissions lists all submissions.");
}
