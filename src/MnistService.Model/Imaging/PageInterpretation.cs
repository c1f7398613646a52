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

    /// <summary>All ink on the whole page without its frame. The brightness of the paper is not measured locally.</summary>
    WholePage,

    /// <summary>The ink of the strongest color, on the whole page without its frame.</summary>
    StrongestColor,

    /// <summary>The ink that differs from the paper in all color channels, on the whole page without its frame: black ink on colored lines.</summary>
    CommonInk,

    /// <summary>The ink of the other polarity, on the whole page without its frame.</summary>
    OtherPolarity,

    /// <summary>The thick strokes, on the whole page without its frame.</summary>
    ThickStrokes,

    /// <summary>The usual mark after horizontal lines were erased, for example an underline.</summary>
    WithoutUnderline,

    /// <summary>The usual mark after horizontal and vertical lines were erased, for example the sides of a box or a comb field.</summary>
    WithoutLines,

    /// <summary>The inside of a closed line in the usual mark: a circle or a box that the digit touches or crosses.</summary>
    WithoutEnclosure,

    /// <summary>The ink on the usual mark, which is paper on a dark table or a light window.</summary>
    OnMark,

    /// <summary>The component with the most ink, alone.</summary>
    MainComponent,

    /// <summary>The mark with the most ink among the components that the usual interpretation left out, also frames and underlines.</summary>
    NextMark,
}
