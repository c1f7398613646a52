namespace MnistService.Model.Reading;

/// <summary>
/// Chooses the segmentation of a line of text with the highest total score, by dynamic programming (Viterbi algorithm) over the atoms of the line. An atom is a
/// mark or a piece of a mark. One or more consecutive atoms form a candidate for a digit.
/// </summary>
internal static class LineSegmentation
{
    /// <param name="dropped">Per atom of the line: the score if the atom belongs to no chosen candidate.</param>
    /// <param name="candidates">
    /// The candidates of the line, each with the index of its first atom, its number of atoms and its score. Ordered by first atom.
    /// </param>
    /// <returns>Indexes of the chosen candidates from left to right. Each atom belongs to exactly one chosen candidate or to none.</returns>
    public static List<int> Choose(ReadOnlySpan<float> dropped, IReadOnlyList<(int First, int Count, float Score)> candidates)
    {
        const int Drop = -1;
        var best = new float[dropped.Length + 1];
        // last[i] belongs to the best segmentation of the first i atoms: the index of the candidate that ends with atom i − 1, or Drop.
        var last = new int[dropped.Length + 1];
        Array.Fill(best, float.NegativeInfinity, 1, dropped.Length);
        for (int start = 0, next = 0; start < dropped.Length; start++)
        {
            if (best[start] + dropped[start] >= best[start + 1]) (best[start + 1], last[start + 1]) = (best[start] + dropped[start], Drop);
            for (; next < candidates.Count && candidates[next].First == start; next++)
            {
                var (end, sum) = (start + candidates[next].Count, best[start] + candidates[next].Score);
                if (sum > best[end]) (best[end], last[end]) = (sum, next);
            }
        }
        var chosen = new List<int>();
        for (var end = dropped.Length; end > 0;)
        {
            if (last[end] == Drop)
            {
                end--;
                continue;
            }
            chosen.Add(last[end]);
            end = candidates[last[end]].First;
        }
        chosen.Reverse();
        return chosen;
    }
}
