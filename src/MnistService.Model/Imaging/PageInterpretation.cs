namespace MnistService.Model.Imaging;

/// <summary>
/// Result of reading an image with one of several interpretations, which decide differently which pixels are ink. Used if the first reading rejected the
/// image's ink or gave a doubtful result (<see cref="Reading.ClassifiedMarks.IsDoubtful(bool)"/>).
/// </summary>
/// <param name="Kind">The interpretation: how ink is distinguished from paper.</param>
/// <param name="Marks">
/// The image, normalized as one digit; and the candidates for several digits, if <see cref="ImageOptions.SeparateTouching"/> is true.
/// </param>
public sealed record PageInterpretation(InterpretationKind Kind, PageMarks Marks);

/// <summary>
/// How ink is distinguished from paper. The kinds from <see cref="WholePage"/> to <see cref="ThickStrokes"/> use the whole image, except a border of about 8
/// pixels that may contain a drawn frame. The kinds after <see cref="ThickStrokes"/> start from the result of <see cref="Usual"/>.
/// </summary>
public enum InterpretationKind
{
    /// <summary>
    /// The interpretation of <see cref="ImageReader.ReadMarks"/>: the sheet of paper is located in the image, and all pixels that differ from the paper are
    /// ink.
    /// </summary>
    Usual,

    /// <summary>
    /// All pixels of the image that differ from the paper. The brightness of the paper is modeled as one smooth surface, even if the image has a hard shadow.
    /// </summary>
    WholePage,

    /// <summary>Only ink of the strongest color, which is the ink color that differs most from the paper.</summary>
    StrongestColor,

    /// <summary>Only ink that differs from the paper in all color channels, for example black ink on a page with colored lines.</summary>
    CommonInk,

    /// <summary>
    /// Only ink that is darker than everything else on the page, or lighter than everything else, for example a black digit on graph paper with thick lines.
    /// </summary>
    DarkestInk,

    /// <summary>Ink of the polarity that was not detected: light ink if the detected ink is dark, and dark ink if the detected ink is light.</summary>
    OtherPolarity,

    /// <summary>Only strokes that are thicker than the lines of the image, for example a thick digit in a thin box.</summary>
    ThickStrokes,

    /// <summary>The digit that <see cref="Usual"/> located, after horizontal lines were erased, for example an underline.</summary>
    WithoutUnderline,

    /// <summary>
    /// The digit that <see cref="Usual"/> located, after horizontal and vertical lines were erased, for example the sides of a box or a comb field.
    /// </summary>
    WithoutLines,

    /// <summary>
    /// The digit that <see cref="Usual"/> located, after a closed line was erased, for example a circle or a box that the digit touches or crosses.
    /// </summary>
    WithoutEnclosure,

    /// <summary>
    /// Ink inside the shape that <see cref="Usual"/> took for the digit, if this shape is in fact a sheet of paper on a dark table or a light window on a
    /// screen.
    /// </summary>
    OnMark,

    /// <summary>Only the connected component with the most ink. The other components that <see cref="Usual"/> selected for the digit are left out.</summary>
    MainComponent,

    /// <summary>
    /// A digit among the connected components that <see cref="Usual"/> did not select: the component with the most ink, and the components near it. A frame or
    /// an underline can be selected, too.
    /// </summary>
    NextMark,
}
