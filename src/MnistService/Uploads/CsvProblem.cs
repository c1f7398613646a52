using Microsoft.AspNetCore.Http.HttpResults;
using MnistService.Http;
using MnistService.Model.Datasets;

namespace MnistService.Uploads;

/// <summary>Converts a <see cref="CsvException"/> to a problem response with line and column.</summary>
internal static class CsvProblem
{
    internal static ProblemHttpResult Of(CsvException e)
    {
        var (status, title) = e.Error switch
        {
            CsvError.Empty => (400, "The body is empty"),
            CsvError.Encoding => (415, "The text encoding is not supported"),
            CsvError.TooLarge => (413, "The file is too large"),
            _ => (422, "The CSV is not a Digit Recognizer file"),
        };
        return Problems.Create(status, e.Code, title, e.Message, [new("line", e.Line), new("column", e.Column)]);
    }
}
