using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// The atoms of a line of text. A mark that is narrow enough for one digit is one atom. A wider mark can be cut into several atoms where digits may touch.
/// </summary>
/// <param name="Line">
/// The line of text. The label of a pixel is the index of its atom in <paramref name="Atoms"/> plus 1; 0 for a pixel that belongs to no atom.
/// </param>
/// <param name="Atoms">The atoms from left to right.</param>
/// <param name="Edges">Leftmost and rightmost ink of each atom per row, in the order of <paramref name="Atoms"/>.</param>
internal sealed record LineAtoms(LineInk Line, IReadOnlyList<Atom> Atoms, AtomEdges[] Edges)
{
    /// <summary>Largest <see cref="Atom.Strength"/> (mean ink in gray levels) among the atoms of the line of text; 0 if the line has no atoms.</summary>
    public double Strongest { get; } = Atoms.Count == 0 ? 0 : Atoms.Max(atom => atom.Strength);

    /// <summary>
    /// Minimum width of a mark that is cut, as a fraction of the typical digit height in the line of text. A mark of this width may be several touching digits.
    /// </summary>
    private const double LeastWidth = 0.68;

    /// <summary>Minimum ratio of width to height of a mark that is cut because it may be several touching digits.</summary>
    private const double LeastAspect = 0.68;

    /// <summary>
    /// Maximum total area of the bounding boxes of the marks that are cut, in pixels of <see cref="LineInk.Ink"/>. Further marks are not cut. The limit bounds
    /// the computing time, because the boxes of many marks can overlap.
    /// </summary>
    private const int MostArea = 3_000_000;

    /// <summary>Cuts the wide marks of a line of text into atoms, and measures all atoms.</summary>
    /// <param name="line">The line of text. In <see cref="LineInk.Labels"/>, the labels of the marks are replaced by the labels of the atoms.</param>
    /// <param name="marks">Number of marks in the line.</param>
    /// <param name="most">Maximum number of cuts in the line of text. A mark whose cuts would exceed this number is not cut.</param>
    public static LineAtoms Cut(LineInk line, int marks, int most)
    {
        var boxes = Boxes(line, marks);
        var (pieces, area) = (new List<(int Mark, List<StrokeCut> Cuts, int Piece)>(), 0L);
        for (var mark = 1; mark <= marks; mark++)
        {
            var box = boxes[mark];
            if (box.Width <= 0) continue; // the line was measured again at a higher resolution, at which no pixel of the mark exceeds the threshold
            var isWide = box.Width >= LeastWidth * line.Height && box.Width >= LeastAspect * box.Height && most > 0 && (area += box.Area) <= MostArea;
            var cuts = isWide ? StrokeCuts.Find(line, mark, box) : [];
            if (cuts.Count > most) cuts = [];
            most -= cuts.Count;
            for (var piece = 0; piece <= cuts.Count; piece++) pieces.Add((mark, cuts, piece));
        }
        Relabel(line, boxes, pieces);
        var atoms = Measure(line, pieces);
        var order = atoms.Where(atom => atom.Pixels > 0).OrderBy(atom => (atom.Bounds.Left + atom.Bounds.Right, atom.Bounds.Top)).ToList();
        var places = new int[pieces.Count + 1];
        foreach (var (index, atom) in order.Index()) places[atom.Label] = index + 1;
        foreach (ref var label in line.Labels.AsSpan()) label = places[label];
        return new(line, order, AtomEdges.Of(line, order.Count));
    }

    private static Box[] Boxes(LineInk line, int marks)
    {
        var boxes = new Box[marks + 1];
        Array.Fill(boxes, Box.Empty);
        for (var i = 0; i < line.Labels.Length; i++)
        {
            if (line.Labels[i] == 0) continue;
            var (y, x) = Math.DivRem(i, line.Ink.Width);
            boxes[line.Labels[i]] = boxes[line.Labels[i]].Include(new(x, y, x + 1, y + 1));
        }
        return Array.ConvertAll(boxes, box => box == Box.Empty ? default : box);
    }

    private static void Relabel(LineInk line, Box[] boxes, List<(int Mark, List<StrokeCut> Cuts, int Piece)> pieces)
    {
        var first = new int[boxes.Length];
        for (var i = pieces.Count - 1; i >= 0; i--) first[pieces[i].Mark] = i;
        for (var i = 0; i < line.Labels.Length; i++)
        {
            var mark = line.Labels[i];
            if (mark == 0) continue;
            var (y, x) = Math.DivRem(i, line.Ink.Width);
            var (piece, box) = (0, boxes[mark]);
            foreach (var cut in pieces[first[mark]].Cuts)
                if (x - box.Left >= cut.Columns[y - box.Top]) piece++;
            line.Labels[i] = first[mark] + piece + 1;
        }
    }

    private static Atom[] Measure(LineInk line, List<(int Mark, List<StrokeCut> Cuts, int Piece)> pieces)
    {
        var atoms = new Atom[pieces.Count];
        foreach (var (index, (mark, cuts, piece)) in pieces.Index())
        {
            atoms[index] = new(index + 1, mark, Box.Empty, 0, 0, 0,
                piece > 0 ? cuts[piece - 1].Cost : 0, piece < cuts.Count ? cuts[piece].Cost : 0);
        }
        for (var i = 0; i < line.Labels.Length; i++)
        {
            if (line.Labels[i] == 0) continue;
            ref var atom = ref atoms[line.Labels[i] - 1];
            var (y, x) = Math.DivRem(i, line.Ink.Width);
            double value = line.Ink.Values[i];
            var cube = value * value * value;
            atom = atom with { Bounds = atom.Bounds.Include(new(x, y, x + 1, y + 1)), Pixels = atom.Pixels + 1, Cubes = atom.Cubes + cube, Fourths = atom.Fourths + cube * value };
        }
        return atoms;
    }
}

/// <summary>An atom of a line of text: a mark, or a piece of a mark that was cut where digits may touch.</summary>
/// <param name="Label">Label of the atom's pixels before the atoms are ordered from left to right. Labels are numbered from 1, mark by mark.</param>
/// <param name="Mark">Label of the mark that the atom belongs to.</param>
/// <param name="Bounds">Bounding box of the atom, in pixels of <see cref="LineInk.Ink"/>.</param>
/// <param name="Pixels">Number of ink pixels of the atom.</param>
/// <param name="Cubes">Sum over the atom's pixels of the cube of the ink in gray levels. Used for <see cref="Strength"/>.</param>
/// <param name="Fourths">Sum over the atom's pixels of the fourth power of the ink in gray levels. Used for <see cref="Strength"/>.</param>
/// <param name="LeftCut">Cost of the cut to the previous piece of the mark, in pixels (<see cref="StrokeCut.Cost"/>); 0 for the first piece.</param>
/// <param name="RightCut">Cost of the cut to the next piece of the mark, in pixels (<see cref="StrokeCut.Cost"/>); 0 for the last piece.</param>
internal readonly record struct Atom(int Label, int Mark, Box Bounds, int Pixels, double Cubes, double Fourths, float LeftCut, float RightCut)
{
    /// <summary>Mean ink of the atom's pixels in gray levels, weighted by the cube of the ink. Faint edges and shadows therefore have little weight.</summary>
    public double Strength => Fourths / Cubes;
}
