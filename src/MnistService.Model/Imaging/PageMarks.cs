namespace MnistService.Model.Imaging;

/// <summary>The marks of an image, or of an interpretation of it, with one or more digits: candidates, from which a reader chooses the digits.</summary>
/// <param name="Digit">The image, normalized as one digit: the result of <see cref="ImageReader.Read"/>, or of the interpretation; <c>null</c> if the image has no single digit.</param>
/// <param name="Rejection">The exception of <see cref="ImageReader.Read"/> if <paramref name="Digit"/> is <c>null</c>.</param>
/// <param name="Lines">Number of atoms per line of text, from top to bottom. An atom is a mark, or a piece of a mark that was cut where digits may touch.</param>
/// <param name="Candidates">Up to 800 candidates, ordered by line, first atom and number of atoms.</param>
/// <param name="Ignored">Number of components that are in no candidate: too small, a shadow at the edge, or beyond the limits of 320 components and 200 marks. Underlines and frames are not counted.</param>
public sealed record PageMarks(DigitImage? Digit, ImageException? Rejection, IReadOnlyList<int> Lines, IReadOnlyList<MarkCandidate> Candidates, int Ignored)
{
    /// <summary>Bounding box of the ink of <see cref="Digit"/>; of the whole image if it was not segmented; <c>null</c> without a digit.</summary>
    public PixelBox? DigitBox { get; init; }

    /// <summary>Number of connected components of ink; 0 if the image was not segmented, because it already had MNIST's format.</summary>
    public int Components { get; init; }

    /// <summary>Whether the image as one digit is also its only candidate.</summary>
    public bool IsOneMark => Digit is not null && Candidates is [var only] && only.Image == Digit;

    /// <summary>Returns the inputs of the network: the image as one digit, if it can be read as one, and then the candidates. If both are the same, there is only one.</summary>
    public IReadOnlyList<DigitImage> ToInputs()
    {
        var inputs = new List<DigitImage>(Candidates.Count + 1);
        if (Digit is not null && !IsOneMark) inputs.Add(Digit);
        inputs.AddRange(Candidates.Select(candidate => candidate.Image));
        return inputs;
    }
}

/// <summary>One or more consecutive atoms that may be one digit.</summary>
/// <param name="Image">The network input.</param>
/// <param name="Box">Bounding box of the ink.</param>
/// <param name="Line">Index of the line in <see cref="PageMarks.Lines"/>.</param>
/// <param name="FirstAtom">Index of the first atom within the line.</param>
/// <param name="AtomCount">Number of consecutive atoms.</param>
/// <param name="Shape">Proportions and gaps.</param>
public sealed record MarkCandidate(DigitImage Image, PixelBox Box, int Line, int FirstAtom, int AtomCount, MarkShape Shape)
{
    /// <summary>The atoms of all marks that the candidate is a part of. If it is not a piece of a mark, these are its own atoms.</summary>
    public (int First, int Count) MarkAtoms { get; init; } = (FirstAtom, AtomCount);
}

/// <summary>Proportions of a candidate. All lengths are fractions of the line's typical digit height.</summary>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="InnerGap">Largest gap between consecutive marks of the candidate; negative if they overlap, -1 if the candidate has only one mark.</param>
/// <param name="OuterGap">The smaller of the gaps to the marks before and after the candidate, at most 1; negative if they overlap.</param>
/// <param name="OuterCut">Cost of the cuts at both ends of the candidate: the length of the ink that they cross, more if they cross several strokes; 0 if it is not a piece of a mark.</param>
/// <param name="InnerCut">Least cost of a cut inside the candidate, at most 1; 1 if there is none.</param>
/// <param name="MarkWidth">Width of the mark that the candidate is a piece of; the candidate's width if it is not a piece.</param>
/// <param name="Strength">Ink per pixel as a fraction of the strongest atom's in the line: digits of one line are usually written with the same pen, so a much fainter mark is probably no digit.</param>
/// <param name="IsAtEdge">Whether the ink touches the edge of the image: the mark may be incomplete.</param>
public readonly record struct MarkShape(float Width, float Height, float InnerGap, float OuterGap, float OuterCut, float InnerCut, float MarkWidth, float Strength, bool IsAtEdge)
{
    /// <summary>Shape of a digit that is alone in its image.</summary>
    internal static readonly MarkShape Typical = new(0.6f, 1, -1, 1, 0, 1, 0.6f, 1, false);
}

/// <summary>A rectangle in pixels of the upright image: the EXIF orientation is applied, and the image is not downscaled.</summary>
public readonly record struct PixelBox(int X, int Y, int Width, int Height);
