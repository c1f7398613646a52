using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Finds the marks of an image and forms candidates for digits (over-segmentation). Each step is a separate class. <see cref="MarkGrouping"/> joins connected
/// components to marks. <see cref="MarkLines"/> groups marks into lines of text. <see cref="LineInk"/> measures small digits again at a higher resolution.
/// <see cref="StrokeCuts"/> cuts touching digits. <see cref="CandidateRuns"/> forms the candidates. Then, <see cref="Reading.DigitReader"/> chooses the digits
/// among the candidates.
/// </summary>
internal sealed class MarkFinder
{
    /// <summary>Maximum number of candidates for digits per image in <see cref="Form"/>, if wide marks are cut where digits may touch.</summary>
    private const int MostCandidates = 800;

    /// <summary>
    /// Maximum number of candidates for digits per image in <see cref="Form"/>, if marks are not cut. The candidates then mainly decide whether the image shows
    /// several digits. Fewer candidates are enough for this decision.
    /// </summary>
    private const int MostUncut = 100;

    /// <summary>
    /// If the total area of the candidates' bounding boxes exceeds this number of pixels of <see cref="LineInk.Ink"/>, no further candidates are formed. The
    /// limit bounds the computing time, because overlapping marks can form many large candidates.
    /// </summary>
    private const int MostArea = 10_000_000;

    /// <summary>
    /// An image has at most one candidate per this number of pixels of the downscaled sheet of paper, so that a small image has few candidates. Small images
    /// are decoded on the request's thread, which must not be busy for long.
    /// </summary>
    private const int LeastPixels = 64;

    private readonly UprightPage _page;
    private readonly List<List<PageMark>> _lines;

    private MarkFinder(UprightPage page, List<List<PageMark>> lines, int ignored) => (_page, _lines, Ignored) = (page, lines, ignored);

    /// <inheritdoc cref="PageMarks.Ignored"/>
    public int Ignored { get; }

    /// <summary>Whether the image has exactly one mark (a group of connected components of ink that belong together).</summary>
    public bool IsSingle => _lines is [[_]];

    /// <summary>Finds the marks of an image (groups of connected components of ink) and groups the marks into lines of text.</summary>
    public static MarkFinder Find(LocatedPage located, DecodedImage image)
    {
        var page = UprightPage.Of(located, image);
        var (marks, ignored) = MarkGrouping.Group(page.WithoutSurroundings(), page.Ink.Width, page.Ink.Height);
        return new(page, MarkLines.Order(marks), ignored);
    }

    /// <summary>Smallest typical digit height among the lines of text, in pixels of the full-size image.</summary>
    public int LeastHeight => _lines.Min(MarkLines.Height) * _page.Place.Scale;

    /// <summary>Forms the candidates for digits, and normalizes each candidate to MNIST's format.</summary>
    /// <param name="image">The decoded image in which the marks were found, or the same image decoded at a higher resolution.</param>
    /// <param name="whole">
    /// The image, normalized as one digit; <c>null</c> if the ink cannot be a single digit. Used as a candidate if the image has only one mark.
    /// </param>
    /// <param name="cut">Whether wide marks are cut where digits may touch.</param>
    /// <returns>The number of atoms (marks or pieces of marks) per line of text, and the candidates for digits.</returns>
    public (IReadOnlyList<int> Lines, IReadOnlyList<MarkCandidate> Candidates) Form(DecodedImage image, DigitImage? whole, bool cut)
    {
        if (!IsSingle) whole = null;
        if (whole is not null && !cut)
        {
            var alone = _page.Place.ToImage(_lines[0][0].Bounds);
            return ([1], [new(whole, new(alone.Left, alone.Top, alone.Width, alone.Height), 0, 0, 1, MarkShape.Typical)]);
        }
        var (counts, candidates, area) = (new List<int>(), new List<MarkCandidate>(), 0L);
        var most = Math.Min(cut ? MostCandidates : MostUncut, Math.Max(1, _page.Ink.Values.Length / LeastPixels));
        foreach (var (index, marks) in _lines.Index())
        {
            if (candidates.Count >= most || area > MostArea)
            {
                counts.Add(marks.Count); // a limit for candidates is reached, so each mark of this line is an atom without a candidate
                continue;
            }
            var ink = LineInk.Magnify(_page, marks, image) ?? LineInk.Take(_page, marks);
            var line = LineAtoms.Cut(ink, marks.Count, most: cut ? MarkGrouping.MostMarks - counts.Sum() - _lines.Skip(index).Sum(rest => rest.Count) : 0);
            counts.Add(line.Atoms.Count);
            foreach (var run in CandidateRuns.Find(line).Take(most - candidates.Count))
            {
                area += run.Bounds.Area;
                if (area > MostArea) break;
                var pixels = run.Count == line.Atoms.Count && whole is not null ? whole : new DigitImage(FrameFitting.Fit(Strokes.Draw(CandidateRuns.Take(line, run))));
                var box = ink.Place.ToImage(run.Bounds);
                var isAtEdge = box.Left <= 1 || box.Top <= 1 || box.Right >= ink.Place.Width - 1 || box.Bottom >= ink.Place.Height - 1;
                candidates.Add(new(pixels, new(box.Left, box.Top, box.Width, box.Height), index, run.First, run.Count, CandidateRuns.Measure(line, run, isAtEdge))
                {
                    MarkAtoms = CandidateRuns.AtomsOfMarks(line, run),
                });
            }
        }
        return (counts, candidates);
    }
}
