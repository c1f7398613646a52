namespace MnistService.Model.Imaging;

/// <summary>An interpretation of a doubtful image, which has several: which pixels are ink.</summary>
/// <param name="Kind">How the ink was found.</param>
/// <param name="Marks">The digit; and the candidates for several digits, if they were asked for.</param>
public sealed record PageInterpretation(InterpretationKind Kind, PageMarks Marks);

/// <summary>How the ink of a page was found.</summary>
public enum InterpretationKind
{
    /// <summary>As in <see cref="ImageReader.ReadMarks"/>: the sheet is found, and ink is all that differs from the paper.</summary>
    Usual,

    /// <summary>The ink of the strongest color, on the whole page without its frame.</summary>
    StrongestColor,

    /// <summary>The ink of the other polarity, on the whole page without its frame.</summary>
    OtherPolarity,

    /// <summary>The thick strokes, on the whole page without its frame.</summary>
    ThickStrokes,
}
