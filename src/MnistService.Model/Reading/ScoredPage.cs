using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>The marks of an image with the scores of all candidates and atoms.</summary>
internal sealed class ScoredPage
{
    private readonly float[][] _dropped; // per line and atom

    /// <param name="marks">The candidates.</param>
    /// <param name="probabilities">[N×10]: the network's probabilities.</param>
    /// <param name="digitProbabilities">[N]: the probabilities that the candidates are digits.</param>
    public ScoredPage(PageMarks marks, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> digitProbabilities)
    {
        Marks = marks;
        Scores = new float[marks.Candidates.Count];
        (Confidences, DigitProbabilities) = (new float[Scores.Length], digitProbabilities.ToArray());
        _dropped = [.. marks.Lines.Select(atoms => new float[atoms])];
        foreach (var line in _dropped) Array.Fill(line, SegmentationScore.OfDropped(null));
        for (var i = 0; i < Scores.Length; i++)
        {
            var candidate = marks.Candidates[i];
            foreach (var probability in probabilities.Slice(10 * i, 10)) Confidences[i] = MathF.Max(Confidences[i], probability);
            Scores[i] = SegmentationScore.OfDigit(candidate.Shape, Confidences[i], digitProbabilities[i]);
            if (candidate.AtomCount == 1) _dropped[candidate.Line][candidate.FirstAtom] = SegmentationScore.OfDropped(candidate.Shape);
        }
    }

    public PageMarks Marks { get; }

    /// <summary>Score per candidate.</summary>
    public float[] Scores { get; }

    /// <summary>Probability of the most probable digit per candidate.</summary>
    public float[] Confidences { get; }

    public float[] DigitProbabilities { get; }

    /// <summary>Returns the indexes of the chosen candidates of a line.</summary>
    public IEnumerable<int> Choose(int line)
    {
        List<int> here = [.. Enumerable.Range(0, Scores.Length).Where(i => Marks.Candidates[i].Line == line)];
        return LineSegmentation.Choose(_dropped[line], here.ConvertAll(i => (Marks.Candidates[i].FirstAtom, Marks.Candidates[i].AtomCount, Scores[i]))).Select(i => here[i]);
    }

    /// <summary>Returns the gain of a candidate: its score, compared with dropping its atoms.</summary>
    public float Gain(int index)
    {
        var candidate = Marks.Candidates[index];
        var gain = Scores[index];
        for (var i = 0; i < candidate.AtomCount; i++) gain -= _dropped[candidate.Line][candidate.FirstAtom + i];
        return gain;
    }
}
