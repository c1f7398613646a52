namespace MnistService.Model.Reading;

/// <summary>Chooses the segmentation of a line with the best total score, by dynamic programming over its atoms (Viterbi).</summary>
internal static class LineSegmentation
{
    /// <param name="dropped">Score of each atom of the line if it is dropped.</param>
    /// <param name="candidates">The candidates: first atom, number of atoms and score.</param>
    /// <returns>Indexes of the chosen candidates from left to right. Each atom is covered by one of them or dropped.</returns>
    public static List<int> Choose(ReadOnlySpan<float> dropped, IReadOnlyList<(int First, int Count, float Score)> candidates)
    {
        const int Drop = -1;
        var best = new float[dropped.Length + 1];
        var last = new int[dropped.Length + 1]; // the candidate that ends before this atom
        for (var end = 1; end <= dropped.Length; end++)
        {
            (best[end], last[end]) = (best[end - 1] + dropped[end - 1], Drop);
            for (var i = 0; i < candidates.Count; i++)
            {
                var (first, count, score) = candidates[i];
                if (first + count == end && best[first] + score > best[end]) (best[end], last[end]) = (best[first] + score, i);
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
