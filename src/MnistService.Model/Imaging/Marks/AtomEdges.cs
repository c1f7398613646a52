namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Leftmost and rightmost ink in each row of an atom (a mark or a piece of a mark), to measure the gap between two atoms. Bounding boxes are not enough: the
/// boxes of two slanted digits can overlap although the digits do not touch.
/// </summary>
internal sealed class AtomEdges
{
    private readonly int[] _left, _right;

    private AtomEdges(int rows)
    {
        (_left, _right) = (new int[rows], new int[rows]);
        Array.Fill(_left, int.MaxValue);
        Array.Fill(_right, int.MinValue);
    }

    /// <summary>Measures the leftmost and rightmost ink of each atom of a line of text, per row.</summary>
    /// <param name="line">The line of text. The label of a pixel is the index of its atom plus 1; 0 for a pixel that belongs to no atom.</param>
    /// <param name="count">Number of atoms in the line of text.</param>
    /// <returns>
    /// The edges, in the order of the atoms. The edges of a row include the ink of nearby rows: the rows within 8 % of the typical digit height in the line of
    /// text, but at least one row above and below.
    /// </returns>
    public static AtomEdges[] Of(LineInk line, int count)
    {
        var (width, rows) = (line.Ink.Width, line.Ink.Height);
        var exact = new AtomEdges[count];
        for (var i = 0; i < count; i++) exact[i] = new(rows);
        for (var i = 0; i < line.Labels.Length; i++)
        {
            if (line.Labels[i] == 0) continue;
            var (y, x) = Math.DivRem(i, width);
            var atom = exact[line.Labels[i] - 1];
            (atom._left[y], atom._right[y]) = (Math.Min(atom._left[y], x), Math.Max(atom._right[y], x + 1));
        }
        return Array.ConvertAll(exact, atom => atom.Spread(Math.Max(1, (int)(0.08 * line.Height))));
    }

    /// <summary>
    /// Returns the smallest horizontal gap in pixels to an atom on the right, over all rows. Negative if the atoms overlap; <c>null</c> if no row contains ink
    /// of both atoms.
    /// </summary>
    public int? GapTo(AtomEdges right)
    {
        int? least = null;
        for (var y = 0; y < _right.Length; y++)
            if (_right[y] != int.MinValue && right._left[y] != int.MaxValue) least = Math.Min(least ?? int.MaxValue, right._left[y] - _right[y]);
        return least;
    }

    private AtomEdges Spread(int reach)
    {
        var result = new AtomEdges(_left.Length);
        for (var y = 0; y < _left.Length; y++)
        {
            for (var near = Math.Max(0, y - reach); near <= Math.Min(_left.Length - 1, y + reach); near++)
                (result._left[y], result._right[y]) = (Math.Min(result._left[y], _left[near]), Math.Max(result._right[y], _right[near]));
        }
        return result;
    }
}
