namespace MnistService.Model.Datasets;

/// <summary>Category of a CSV error.</summary>
public enum CsvError
{
    /// <summary>The file has no bytes.</summary>
    Empty,

    /// <summary>The text is UTF-16; UTF-8 is expected.</summary>
    Encoding,

    /// <summary>The text is not a Kaggle Digit Recognizer file: a wrong header, separator, number of cells or value.</summary>
    Content,

    /// <summary>A line has more bytes, or the file has more rows, than the limits allow.</summary>
    TooLarge,
}
