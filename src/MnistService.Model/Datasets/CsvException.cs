namespace MnistService.Model.Datasets;

/// <summary>A CSV that cannot be read. The message names the place, what was found and what was expected, and can be shown to a client.</summary>
public sealed class CsvException : Exception
{
    internal CsvException(CsvError error, string code, string message, long? line = null, int? column = null) : base(message) =>
        (Error, Code, Line, Column) = (error, code, line, column);

    public CsvError Error { get; }

    /// <summary>Stable and machine-readable, e.g. <c>csv_bad_value</c>.</summary>
    public string Code { get; }

    /// <summary>Line of the file, from 1; null when it is about the whole file.</summary>
    public long? Line { get; }

    /// <summary>Cell of that line, from 1; null when it is about the whole line.</summary>
    public int? Column { get; }
}
