namespace MnistService.Model.Datasets;

/// <summary>What kind of thing is wrong with a CSV: decides how it is answered.</summary>
public enum CsvError
{
    /// <summary>There is nothing to parse.</summary>
    Empty,

    /// <summary>Not UTF-8 text.</summary>
    Encoding,

    /// <summary>Parsed, but not what a Digit Recognizer file holds.</summary>
    Content,

    /// <summary>More bytes in a line, or more rows, than allowed.</summary>
    TooLarge,
}
