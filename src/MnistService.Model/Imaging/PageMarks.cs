namespace MnistService.Model.Imaging;

/// <summary>
/// The marks of an image with one or more digits, as candidates from which <see cref="Reading.DigitReader"/> chooses the digits. A mark is one or more
/// connected components of ink that belong together.
/// </summary>
/// <param name="Digit">The image, normalized as one digit; <c>null</c> if the ink cannot be a single digit.</param>
/// <param name="Rejection">Reason why <paramref name="Digit"/> is <c>null</c>: the exception that <see cref="ImageReader.Read"/> throws for this image.</param>
/// <param name="Lines">
/// Number of atoms per line of text, from top to bottom. An atom is a mark, or a piece of a mark that was cut where digits may touch.
/// </param>
/// <param name="Candidates">At most 800 candidates, ordered by line, first atom and number of atoms.</param>
/// <param name="Ignored">
/// Number of components and marks that are in no candidate, because they are too small, are a shadow at the edge, or exceed the limits of 320 components and
/// 200 marks. Underlines and frames are not counted. If there are no candidates, because <see cref="ImageReader.ReadInterpretations"/> was called without
/// <see cref="ImageOptions.SeparateTouching"/>: the number of components that are not part of <paramref name="Digit"/>.
/// </param>
public sealed record PageMarks(DigitImage? Digit, ImageException? Rejection, IReadOnlyList<int> Lines, IReadOnlyList<MarkCandidate> Candidates, int Ignored)
{
    /// <summary>
    /// Bounding box of the ink of <see cref="Digit"/>; the whole image if the image was not segmented; <c>null</c> if <see cref="Digit"/> is <c>null</c>.
    /// </summary>
    public PixelBox? DigitBox { get; init; }

    /// <summary>Number of connected components of ink; 0 if the image was not segmented, because it already has MNIST's format or is not normalized.</summary>
    public int Components { get; init; }

    /// <summary>Whether <see cref="Digit"/> is also the only candidate.</summary>
    public bool IsOneMark => Digit is not null && Candidates is [var only] && only.Image == Digit;

    /// <summary>
    /// Returns the inputs of the network: <see cref="Digit"/>, unless it is <c>null</c> or also the only candidate, and then the image of each candidate.
    /// </summary>
    public IReadOnlyList<DigitImage> ToInputs()
    {
        var inputs = new List<DigitImage>(Candidates.Count + 1);
        if (Digit is not null && !IsOneMark) inputs.Add(Digit);
        inputs.AddRange(Candidates.Select(candidate => candidate.Image));
        return inputs;
    }
}

/// <summary>One or more consecutive atoms that may be one digit.</summary>
/// <param name="Image">The candidate's ink, normalized to MNIST's format.</param>
/// <param name="Box">Bounding box of the ink.</param>
/// <param name="Line">Index of the line of text in <see cref="PageMarks.Lines"/>.</param>
/// <param name="FirstAtom">Index of the first atom within the line.</param>
/// <param name="AtomCount">Number of consecutive atoms.</param>
/// <param name="Shape">Proportions of the candidate, and its gaps to the neighboring marks.</param>
public sealed record MarkCandidate(DigitImage Image, PixelBox Box, int Line, int FirstAtom, int AtomCount, MarkShape Shape)
{
    /// <summary>
    /// Index of the first atom, and number of atoms, of all marks of which the candidate contains at least one atom. These are the candidate's own atoms,
    /// unless the candidate contains only a part of a mark.
    /// </summary>
    public (int First, int Count) MarkAtoms { get; init; } = (FirstAtom, AtomCount);
}

/// <summary>
/// Proportions of a candidate, and its gaps to the neighboring marks. All lengths are fractions of the typical digit height of the candidate's line of text.
/// </summary>
/// <param name="InnerGap">Largest gap between consecutive marks of the candidate; negative if the marks overlap, −1 if the candidate has only one mark.</param>
/// <param name="OuterGap">
/// Gap to the nearer one of the marks before and after the candidate, at most 1; negative if the candidate and that mark overlap; 1 if the line has no other
/// mark.
/// </param>
/// <param name="OuterCut">
/// Sum of the costs of the cuts at both ends of the candidate. The cost of a cut is the length of the ink that it crosses, plus an amount per stroke after the
/// first. 0 if neither end is a cut.
/// </param>
/// <param name="InnerCut">Lowest cost of a cut between two atoms of the candidate, at most 1; 1 if the candidate contains no cut.</param>
/// <param name="MarkWidth">
/// Width of the mark that the candidate was cut from, or of both marks if the candidate joins pieces of two marks; the candidate's width if neither end is a
/// cut.
/// </param>
/// <param name="Strength">
/// Mean ink per pixel of the candidate's strongest atom, as a fraction of that of the strongest atom in the line of text. Digits of one line are usually
/// written with the same pen, so a much fainter mark is probably not a digit.
/// </param>
/// <param name="IsAtEdge">Whether the bounding box is at most 1 pixel from the edge of the image, so that the mark may be incomplete.</param>
public readonly record struct MarkShape(float Width, float Height, float InnerGap, float OuterGap, float OuterCut, float InnerCut, float MarkWidth, float Strength, bool IsAtEdge)
{
    /// <summary>Values for the only mark of an image, with the proportions of a typical digit.</summary>
    internal static readonly MarkShape Typical = new(0.6f, 1, -1, 1, 0, 1, 0.6f, 1, false);
}

/// <summary>A rectangle in pixels of the upright image: the EXIF orientation is applied, and the image is not downscaled.</summary>
public readonly record struct PixelBox(int X, int Y, int Width, int Height);
