namespace MnistService.Model.Datasets;

/// <summary>Thrown if a CSV file is invalid. The message describes the error and its location, and is safe to send to a client.</summary>
public sealed class CsvException : Exception
{
    internal CsvException(CsvError error, string code, string message, long? line = null, int? column = null) : base(message) =>
        (Error, Code, Line, Column) = (error, code, line, column);

    public CsvError Error { get; }

    /// <summary>Stable, machine-readable error code, e.g. <c>csv_bad_value</c>.</summary>
    public string Code { get; }

    /// <summary>Line number in the file, from 1; <c>null</c> if the error concerns the whole file.</summary>
    public long? Line { get; }

    /// <summary>Cell number within the line, from 1; <c>null</c> if the error concerns the whole line or file.</summary>
    public int? Column { get; }
}

/// <summary>Category of the error in a rejected CSV file.</summary>
public enum CsvError
{
    /// <summary>The CSV was rejected because the file has no bytes.</summary>
    Empty,

    /// <summary>The CSV was rejected because its text is UTF-16; UTF-8 is expected.</summary>
    Encoding,

    /// <summary>
    /// The CSV was rejected because it is not a valid Kaggle Digit Recognizer file, e.g. because of a wrong header, separator, number of cells or value.
    /// </summary>
    Content,

    /// <summary>The CSV was rejected because a line is longer than allowed, or because the file has more rows than allowed.</summary>
    TooLarge,
}
