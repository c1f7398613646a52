using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Finds the marks of a page and forms candidates for digits (over-segmentation). Each step is a separate class: <see cref="MarkGrouping"/> joins components,
/// <see cref="MarkLines"/> forms lines, <see cref="LineInk"/> measures small digits again, <see cref="StrokeCuts"/> cuts touching digits, and
/// <see cref="CandidateRuns"/> forms the candidates. A reader chooses the digits among them.
/// </summary>
internal sealed class MarkFinder
{
    /// <summary>Limits of the work for one image. Without cuts fewer are enough: they only decide whether the image shows several digits.</summary>
    private const int MostCandidates = 800, MostUncut = 100;

    /// <summary>Maximum total area of the candidates, in pixels of the lines: marks that overlap each other can have many large candidates.</summary>
    private const int MostArea = 10_000_000;

    /// <summary>Least pixels of the image per candidate. A tiny image is decoded on the thread of its request, so it must not take long.</summary>
    private const int LeastPixels = 64;

    private readonly UprightPage _page;
    private readonly List<List<PageMark>> _lines;

    private MarkFinder(UprightPage page, List<List<PageMark>> lines, int ignored) => (_page, _lines, Ignored) = (page, lines, ignored);

    /// <inheritdoc cref="PageMarks.Ignored"/>
    public int Ignored { get; }

    /// <summary>Whether the page has only one mark.</summary>
    public bool IsSingle => _lines is [[_]];

    /// <summary>Finds the marks and their lines.</summary>
    public static MarkFinder Find(LocatedPage located, DecodedImage image)
    {
        var page = UprightPage.Of(located, image);
        var (marks, ignored) = MarkGrouping.Group(page.WithoutSurroundings(), page.Ink.Width, page.Ink.Height);
        return new(page, MarkLines.Order(marks), ignored);
    }

    /// <summary>Returns the typical height of the smallest digits, in pixels of the file's image.</summary>
    public int LeastHeight => _lines.Min(MarkLines.Height) * _page.Place.Scale;

    /// <summary>Forms and draws the candidates.</summary>
    /// <param name="image">The decoded image: the one in which the marks were found, or the same image with more pixels.</param>
    /// <param name="whole">The image, normalized as one digit, which is the candidate for a single mark; <c>null</c> if there is none.</param>
    /// <param name="cut">Whether wide marks are cut where digits may touch.</param>
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
                counts.Add(marks.Count); // no candidate can be added
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
