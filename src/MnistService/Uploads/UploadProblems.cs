using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.Connections;
using MnistService.Http;
using MnistService.Model.Datasets;

namespace MnistService.Uploads;

/// <summary>Problem types of the error responses of all routes that accept an uploaded file.</summary>
internal static class UploadProblems
{
    internal static readonly ProblemType
        Unreadable = new(400, "body_unreadable", "The body cannot be read",
            "The gzip data or the form is damaged: {0} Send the complete file again.", "Found truncated data while decoding."),
        FormInvalid = new(400, "form_invalid", "The form cannot be read", "{0}", "The multipart boundary has 0 characters; expected 1 to 70."),
        FormWithoutFile = new(400, "form_without_file", "The form has no file", "No part of the form has a file name; expected one part with a file name, whose content is {0}.", "the CSV"),
        TooSlow = new(408, "upload_timeout", "The upload takes too long",
            $"The upload was not complete within {{0}} ({ConnectionOptions.Section}:MaxUploadDuration). Compress the file with gzip, or send it over a faster connection.",
            TimeSpan.FromMinutes(30)),
        EncodingMismatch = new(415, "encoding_mismatch", "The body is not gzip",
            "The header Content-Encoding is gzip, but the body starts with the bytes '{0}' (hexadecimal); expected 1F8B. Compress the body, or omit the header.", "7069"),
        NameInvalid = new(422, "query_invalid", "The name is invalid",
            "The query parameter 'name' {0}; expected at most 100 characters and no control characters.", "has 101 characters");

    /// <summary>Creates the problem type of an upload that is rejected because its <see cref="UploadLimiter"/> has no free slot.</summary>
    /// <param name="what">The text after the number of uploads, for example "models are being imported".</param>
    /// <param name="count">Maximum number of concurrent uploads that the example in the OpenAPI document shows.</param>
    internal static ProblemType Busy(string code, string what, int count) =>
        new(429, code, "Too many uploads at once", $"{{0}} {what}, which is the maximum.{{1}} Try again after the number of seconds in Retry-After.", count, "");
}

/// <summary>Problem types of invalid CSV files. The parser (<see cref="CsvException"/>) defines the codes and the details.</summary>
internal static class CsvProblems
{
    private const string Content = "The CSV is not a Digit Recognizer file", Large = "The file is too large";

    internal static readonly ProblemType
        Empty = new(400, "csv_empty", "The body is empty", "{0}", "The body is empty; expected a CSV with 784 pixels per row."),
        TooManyRows = new(413, "csv_too_many_rows", Large, "{0}", "The file has more than 1000000 rows: line 1000002 exceeds this limit. Split the file."),
        LineTooLong = new(413, "csv_line_too_long", Large, "{0}", "Line 2 is longer than 65536 bytes; a row of 784 pixels needs fewer than 5,000."),
        Encoding = new(415, "csv_encoding", "The text encoding is not supported", "{0}",
            "The text is UTF-16; expected UTF-8. Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')."),
        BadHeader = new(422, "csv_bad_header", Content, "{0}", "The header (line 1) must name pixel0 to pixel783 exactly once and at most one label; missing: pixel5."),
        BadValue = new(422, "csv_bad_value", Content, "{0}", "Line 3, column 12 (pixel11): found 'x', expected an integer 0–255."),
        WrongCellCount = new(422, "csv_wrong_cell_count", Content, "{0}", "Line 3 has 783 cells, expected 784."),
        BlankLine = new(422, "csv_blank_line", Content, "{0}",
            "Line 3 is blank and is followed by rows; the ids of these rows would shift. Blank lines are allowed only at the end."),
        Separator = new(422, "csv_separator", Content, "{0}", "Line 1 is separated by semicolons; expected commas."),
        NoRows = new(422, "csv_no_rows", Content, "{0}", "The file has a header but no rows; expected at least one row of 784 pixels.");

    internal static readonly ProblemType[] All = [Empty, TooManyRows, LineTooLong, Encoding, BadHeader, BadValue, WrongCellCount, BlankLine, Separator, NoRows];

    /// <summary>Returns the error response to an invalid CSV, with the line and the column of the error.</summary>
    internal static ProblemHttpResult Of(CsvException e) => All.First(type => type.Code == e.Code).ResultOf(e.Message, [new("line", e.Line), new("column", e.Column)]);
}
