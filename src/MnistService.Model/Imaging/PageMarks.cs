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
/// <param name="Candidates">Possible digits of the image, at most 800, ordered by line, first atom and number of atoms.</param>
/// <param name="Ignored">
/// Number of connected components and marks that were ignored. A component or mark is ignored if it is too small, is a shadow at the edge of the paper, or
/// exceeds the limits of 320 components and 200 marks. Underlines and frames are not counted. If <see cref="ImageReader.ReadInterpretations"/> formed no
/// candidates, this is the number of components that are not part of <paramref name="Digit"/>.
/// </param>
public sealed record PageMarks(DigitImage? Digit, ImageException? Rejection, IReadOnlyList<int> Lines, IReadOnlyList<MarkCandidate> Candidates, int Ignored)
{
    /// <summary>
    /// Bounding box of the ink of <see cref="Digit"/>; the whole image if the image was not segmented; <c>null</c> if <see cref="Digit"/> is <c>null</c>.
    /// </summary>
    public PixelBox? DigitBox { get; init; }

    /// <summary>Number of connected components of ink; 0 if the image was not segmented, because it already has MNIST's format or is not normalized.</summary>
    public int Components { get; init; }

    /// <summary>Whether the image has exactly one candidate, and the image of this candidate is <see cref="Digit"/>.</summary>
    public bool IsOneMark => Digit is not null && Candidates is [var only] && only.Image == Digit;

    /// <summary>
    /// Returns the inputs of the network: first <see cref="Digit"/>, then the image of each candidate. <see cref="Digit"/> is omitted if it is <c>null</c> or
    /// is also the only candidate.
    /// </summary>
    public IReadOnlyList<DigitImage> ToInputs()
    {
        var inputs = new List<DigitImage>(Candidates.Count + 1);
        if (Digit is not null && !IsOneMark) inputs.Add(Digit);
        inputs.AddRange(Candidates.Select(candidate => candidate.Image));
        return inputs;
    }
}

/// <summary>A possible digit: one or more consecutive atoms of a line of text. An atom is a mark, or a piece of a mark that was cut.</summary>
/// <param name="Image">The candidate's ink, normalized to MNIST's format.</param>
/// <param name="Box">Bounding box of the candidate's ink, in pixels of the upright image.</param>
/// <param name="Line">Index of the line of text in <see cref="PageMarks.Lines"/>.</param>
/// <param name="FirstAtom">Index of the candidate's first atom within the line of text.</param>
/// <param name="AtomCount">Number of consecutive atoms in the candidate.</param>
/// <param name="Shape">Proportions of the candidate, and its gaps to the neighboring marks.</param>
public sealed record MarkCandidate(DigitImage Image, PixelBox Box, int Line, int FirstAtom, int AtomCount, MarkShape Shape)
{
    /// <summary>
    /// The shortest run of atoms that contains the candidate and no mark only in part: index of its first atom within the line of text, and number of atoms.
    /// An atom is a mark, or a piece of a mark that was cut. If the candidate consists of complete marks, these are its own atoms.
    /// </summary>
    public (int First, int Count) MarkAtoms { get; init; } = (FirstAtom, AtomCount);
}

/// <summary>
/// Proportions of a candidate, and its gaps to the neighboring marks. All lengths are fractions of the typical digit height of the candidate's line of text.
/// </summary>
/// <param name="InnerGap">
/// Largest gap between a mark of the candidate and the nearest mark to its left in the candidate, as a fraction of the line's typical digit height. Negative if
/// all marks overlap; −1 if the candidate has only one mark.
/// </param>
/// <param name="OuterGap">
/// Gap to the nearest neighboring mark that is not in the candidate, as a fraction of the line's typical digit height, at most 1. Negative if the candidate
/// overlaps that mark; 1 if there is no neighboring mark.
/// </param>
/// <param name="OuterCut">
/// Sum of the costs of the cuts between the candidate and other pieces of its marks, as a fraction of the line's typical digit height; 0 if there are no such
/// cuts. The cost of a cut is the length of the ink that it crosses, plus an amount per crossed stroke after the first one.
/// </param>
/// <param name="InnerCut">
/// Lowest cost of a cut between two atoms of the candidate, as a fraction of the line's typical digit height, at most 1; 1 if the candidate contains no cut.
/// </param>
/// <param name="MarkWidth">
/// Width of the complete mark that the candidate was cut from, as a fraction of the line's typical digit height. If the candidate has atoms of several
/// marks, this is the width of these marks together. If <paramref name="OuterCut"/> is 0, this is the candidate's own width.
/// </param>
/// <param name="Strength">
/// Mean ink of the candidate's strongest atom, as a fraction of the mean ink of the line's strongest atom. Pixels with more ink have a larger weight in the
/// mean. Digits of one line are usually written with the same pen, so a much fainter mark is probably not a digit.
/// </param>
/// <param name="IsAtEdge">Whether the candidate's bounding box is at most 1 pixel from the edge of the image, so that the mark may be incomplete.</param>
public readonly record struct MarkShape(float Width, float Height, float InnerGap, float OuterGap, float OuterCut, float InnerCut, float MarkWidth, float Strength, bool IsAtEdge)
{
    /// <summary>Proportions of a typical digit. They are used if the only mark of an image is not measured.</summary>
    internal static readonly MarkShape Typical = new(0.6f, 1, -1, 1, 0, 1, 0.6f, 1, false);
}

/// <summary>A rectangle in pixels of the upright image: the EXIF orientation is applied, and the image is not downscaled.</summary>
public readonly record struct PixelBox(int X, int Y, int Width, int Height);
