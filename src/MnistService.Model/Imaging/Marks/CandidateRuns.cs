using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Forms the candidates of a line of text. A candidate is a run of consecutive atoms (marks or pieces of marks) whose proportions one digit can have.
/// </summary>
internal static class CandidateRuns
{
    /// <summary>Maximum number of atoms (marks or pieces of marks) that form one candidate for a digit.</summary>
    private const int MostAtoms = 5;

    /// <summary>
    /// Maximum width of a candidate that consists of several atoms (marks or pieces of marks), as a multiple of the typical digit height in the line of text.
    /// </summary>
    private const double MostWidth = 1.5;

    /// <summary>
    /// Maximum width of a candidate that consists of several atoms (marks or pieces of marks), as a multiple of the candidate's height. For this comparison,
    /// the height is at least 0.7 times the typical digit height in the line of text.
    /// </summary>
    private const double MostAspect = 1.7;

    /// <summary>
    /// Maximum horizontal gap between an atom (a mark or a piece of a mark) and the previous atoms of the same candidate, as a fraction of the typical digit
    /// height in the line of text.
    /// </summary>
    private const double MostGap = 0.3;

    /// <summary>
    /// Minimum height of a candidate that consists of a single atom (a mark or a piece of a mark), as a fraction of the typical digit height in the line of
    /// text.
    /// </summary>
    private const double LeastHeight = 0.25;

    /// <returns>The candidates (runs of atoms), ordered by the index of the first atom, then by the number of atoms.</returns>
    public static List<AtomRun> Find(LineAtoms line)
    {
        var runs = new List<AtomRun>();
        var (atoms, height) = (line.Atoms, line.Line.Height);
        for (var first = 0; first < atoms.Count; first++)
        {
            var box = atoms[first].Bounds;
            if (box.Height >= LeastHeight * height) runs.Add(new(first, 1, box));
            for (var count = 2; count <= MostAtoms && first + count <= atoms.Count; count++)
            {
                var next = atoms[first + count - 1].Bounds;
                if (next.Left - box.Right > MostGap * height) break;
                box = box.Include(next);
                if (box.Width > MostWidth * height || box.Width > MostAspect * Math.Max(box.Height, 0.7 * height)) break;
                runs.Add(new(first, count, box));
            }
        }
        return runs;
    }

    /// <summary>Measures the proportions of a candidate, a run of marks or pieces of marks, and its gaps to the neighboring marks.</summary>
    public static MarkShape Measure(LineAtoms line, AtomRun run, bool isAtEdge)
    {
        var (atoms, height) = (line.Atoms, (float)line.Line.Height);
        var (first, count, box) = run;
        var (gap, inner, outerCut) = (-1f, 1f, 0f);
        for (var i = first; i < first + count; i++)
        {
            // Pieces of a mark have consecutive labels from left to right. A cut between two pieces of the candidate is an inner cut.
            var atom = atoms[i];
            if (Contains(atom.Mark, atom.Label - 1)) inner = MathF.Min(inner, atom.LeftCut / height);
            else outerCut += atom.LeftCut;
            if (!Contains(atom.Mark, atom.Label + 1)) outerCut += atom.RightCut;
            if (i > first && atoms[i].Mark != atoms[i - 1].Mark) gap = MathF.Max(gap, Enumerable.Range(first, i - first).Min(before => Gap(line, before, i)));
        }
        var (last, outer) = (first + count - 1, 1f);
        for (var i = first; i <= last; i++)
        {
            if (first > 0 && atoms[first - 1].Mark != atoms[i].Mark) outer = MathF.Min(outer, Gap(line, first - 1, i));
            if (last + 1 < atoms.Count && atoms[last + 1].Mark != atoms[i].Mark) outer = MathF.Min(outer, Gap(line, i, last + 1));
        }
        var mark = outerCut > 0 ? AroundMarks() : box;
        var strength = Enumerable.Range(first, count).Max(i => atoms[i].Strength) / line.Strongest;
        return new(box.Width / height, box.Height / height, gap, outer, outerCut / height, inner, mark.Width / height, (float)strength, isAtEdge);

        bool Contains(int mark, int label)
        {
            for (var i = first; i < first + count; i++)
                if (atoms[i].Mark == mark && atoms[i].Label == label) return true;
            return false;
        }

        Box AroundMarks()
        {
            var marks = atoms.Skip(first).Take(count).Select(atom => atom.Mark).ToHashSet();
            return Box.Around(atoms.Where(atom => marks.Contains(atom.Mark)).Select(atom => atom.Bounds));
        }
    }

    /// <summary>
    /// Extends a run of atoms to whole marks: adds the neighboring atoms of each mark that <paramref name="run"/> contains only in part. Returns the index of
    /// the first atom, and the number of atoms.
    /// </summary>
    public static (int First, int Count) AtomsOfMarks(LineAtoms line, AtomRun run)
    {
        var marks = line.Atoms.Skip(run.First).Take(run.Count).Select(atom => atom.Mark).ToHashSet();
        var (start, end) = (run.First, run.First + run.Count);
        while (start > 0 && marks.Contains(line.Atoms[start - 1].Mark)) start--;
        while (end < line.Atoms.Count && marks.Contains(line.Atoms[end].Mark)) end++;
        return (start, end - start);
    }

    /// <summary>
    /// Returns the gap between two atoms as a fraction of the typical digit height in the line of text. The gap is the smallest horizontal gap between the ink
    /// of the atoms, or the gap between the bounding boxes if the atoms share no rows.
    /// </summary>
    private static float Gap(LineAtoms line, int left, int right) =>
        (line.Edges[left].GapTo(line.Edges[right]) ?? line.Atoms[left].Bounds.Gap(line.Atoms[right].Bounds)) / (float)line.Line.Height;

    /// <summary>
    /// Copies the ink of a candidate and its soft edge, one pixel wide. The ink is divided by the stroke strength of the candidate: the mean ink, weighted by
    /// the cube of the ink.
    /// </summary>
    public static FoundDigit Take(LineAtoms line, AtomRun run)
    {
        var (ink, labels) = (line.Line.Ink, line.Line.Labels);
        var part = run.Bounds.Grow(1, ink.Width, ink.Height);
        var (cubes, fourths, kept) = (0.0, 0.0, new bool[line.Atoms.Count + 1]);
        for (var i = run.First; i < run.First + run.Count; i++)
        {
            (cubes, fourths) = (cubes + line.Atoms[i].Cubes, fourths + line.Atoms[i].Fourths);
            kept[i + 1] = true;
        }
        return new(DigitSegmentation.CopyInk(ink, part, labels, kept, fourths / cubes), part, run.Bounds, run.Count);
    }
}

/// <summary>A run of consecutive atoms (marks or pieces of marks) of a line of text.</summary>
/// <param name="First">Index of the run's first atom in <see cref="LineAtoms.Atoms"/>.</param>
/// <param name="Count">Number of atoms in the run.</param>
/// <param name="Bounds">Bounding box of the run, in pixels of <see cref="LineInk.Ink"/>.</param>
internal readonly record struct AtomRun(int First, int Count, Box Bounds);
