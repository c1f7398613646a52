using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>Forms candidates: runs of consecutive atoms that have the proportions of one digit.</summary>
internal static class CandidateRuns
{
    /// <summary>Maximum number of atoms of a candidate.</summary>
    public const int MostAtoms = 5;

    /// <summary>Maximum width of a candidate of several atoms, as a multiple of the line's height and of its own height.</summary>
    private const double MostWidth = 1.5, MostAspect = 1.7;

    /// <summary>Maximum gap between atoms of a candidate, as a fraction of the line's height.</summary>
    private const double MostGap = 0.3;

    /// <summary>A lone piece of a mark with less than this fraction of the line's height is not a candidate.</summary>
    private const double LeastHeight = 0.25;

    /// <returns>First atom and number of atoms of each candidate, ordered by both.</returns>
    public static List<(int First, int Count)> Find(LineAtoms line)
    {
        var runs = new List<(int, int)>();
        var (atoms, height) = (line.Atoms, line.Line.Height);
        for (var first = 0; first < atoms.Count; first++)
        {
            var box = atoms[first].Bounds;
            if (box.Height >= LeastHeight * height) runs.Add((first, 1));
            for (var count = 2; count <= MostAtoms && first + count <= atoms.Count; count++)
            {
                var next = atoms[first + count - 1].Bounds;
                if (next.Left - box.Right > MostGap * height) break;
                box = box.Include(next);
                if (box.Width > MostWidth * height || box.Width > MostAspect * Math.Max(box.Height, 0.7 * height)) break;
                runs.Add((first, count));
            }
        }
        return runs;
    }

    /// <summary>Returns the proportions and the gaps of a run.</summary>
    public static MarkShape Measure(LineAtoms line, int first, int count, bool isAtEdge)
    {
        var (atoms, height) = (line.Atoms, (float)line.Line.Height);
        var box = Bounds(line, first, count);
        var (gap, cut) = (-1f, 1f);
        for (var i = first + 1; i < first + count; i++)
        {
            if (atoms[i].Mark == atoms[i - 1].Mark) cut = MathF.Min(cut, atoms[i].LeftCut / height);
            else gap = MathF.Max(gap, Enumerable.Range(first, i - first).Min(before => Gap(line, before, i)));
        }
        var (last, outer) = (first + count - 1, 1f);
        for (var i = first; i <= last; i++)
        {
            if (first > 0 && atoms[first - 1].Mark != atoms[i].Mark) outer = MathF.Min(outer, Gap(line, first - 1, i));
            if (last + 1 < atoms.Count && atoms[last + 1].Mark != atoms[i].Mark) outer = MathF.Min(outer, Gap(line, i, last + 1));
        }
        var isPiece = atoms[first].LeftCut + atoms[last].RightCut > 0;
        var mark = isPiece ? atoms.Where(atom => atom.Mark == atoms[first].Mark || atom.Mark == atoms[last].Mark).Select(atom => atom.Bounds).Aggregate((all, next) => all.Include(next)) : box;
        var strength = Enumerable.Range(first, count).Max(i => atoms[i].Strength) / atoms.Max(atom => atom.Strength);
        return new(box.Width / height, box.Height / height, gap, outer, (atoms[first].LeftCut + atoms[last].RightCut) / height, cut, mark.Width / height, (float)strength, isAtEdge);
    }

    /// <summary>Returns the run from the first to the last atom of all marks that a run is a part of.</summary>
    public static (int First, int Count) AtomsOfMarks(LineAtoms line, int first, int count)
    {
        var marks = line.Atoms.Skip(first).Take(count).Select(atom => atom.Mark).ToHashSet();
        var (start, end) = (first, first + count);
        while (start > 0 && marks.Contains(line.Atoms[start - 1].Mark)) start--;
        while (end < line.Atoms.Count && marks.Contains(line.Atoms[end].Mark)) end++;
        return (start, end - start);
    }

    /// <summary>Returns the gap between the ink of two atoms as a fraction of the line's height: horizontal, or between their boxes if they share no rows.</summary>
    private static float Gap(LineAtoms line, int left, int right) =>
        (line.Edges[left].GapTo(line.Edges[right]) ?? line.Atoms[left].Bounds.Gap(line.Atoms[right].Bounds)) / (float)line.Line.Height;

    /// <summary>Returns the ink of a run, divided by its stroke strength, with soft edges of one pixel.</summary>
    public static FoundDigit Take(LineAtoms line, int first, int count)
    {
        var (ink, labels) = (line.Line.Ink, line.Line.Labels);
        var part = Bounds(line, first, count).Grow(1, ink.Width, ink.Height);
        var (cubes, fourths) = (0.0, 0.0);
        for (var i = first; i < first + count; i++) (cubes, fourths) = (cubes + line.Atoms[i].Cubes, fourths + line.Atoms[i].Fourths);
        var (strength, result) = (fourths / cubes, new Plane(part.Width, part.Height));
        for (var y = part.Top; y < part.Bottom; y++)
        {
            for (var x = part.Left; x < part.Right; x++)
            {
                var label = labels[y * ink.Width + x];
                if (label != 0 ? IsTaken(label) : TouchesTaken(x, y)) result[x - part.Left, y - part.Top] = (float)Math.Min(1, ink[x, y] / strength);
            }
        }
        return new(result, Bounds(line, first, count).Move(-part.Left, -part.Top), count);

        bool IsTaken(int label) => label > first && label <= first + count;

        bool TouchesTaken(int x, int y)
        {
            for (var ny = Math.Max(0, y - 1); ny <= Math.Min(ink.Height - 1, y + 1); ny++)
                for (var nx = Math.Max(0, x - 1); nx <= Math.Min(ink.Width - 1, x + 1); nx++)
                    if (IsTaken(labels[ny * ink.Width + nx])) return true;
            return false;
        }
    }

    public static Box Bounds(LineAtoms line, int first, int count) =>
        line.Atoms.Skip(first).Take(count).Select(atom => atom.Bounds).Aggregate((all, next) => all.Include(next));
}
