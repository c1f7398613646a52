using System.Numerics.Tensors;
using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>The marks of an image with the scores of all candidates and atoms.</summary>
internal sealed class ScoredPage
{
    /// <summary>Weight of a candidate at the image's edge when the typical digit height is computed: it may be incomplete, or a shadow.</summary>
    private const float EdgeWeight = 0.01f;

    /// <summary>Minimum height of a digit in pixels. Smaller marks are specks.</summary>
    internal const int LeastPixels = 8;

    /// <summary>Digit probability of a candidate if the model has no digit score.</summary>
    private const float UnknownScore = 0.99f;

    private readonly float[][] _dropped; // per line and atom
    private readonly ILookup<int, int> _ofLine; // indexes of the candidates per line

    /// <param name="marks">The candidates.</param>
    /// <param name="probabilities">[N×10]: the network's probabilities.</param>
    /// <param name="digitProbabilities">[N]: the probabilities that the candidates are digits.</param>
    public ScoredPage(PageMarks marks, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> digitProbabilities)
    {
        Marks = marks;
        var scores = new float[digitProbabilities.Length];
        for (var i = 0; i < scores.Length; i++) scores[i] = float.IsNaN(digitProbabilities[i]) ? UnknownScore : digitProbabilities[i];
        var typical = TypicalHeight(marks.Candidates, scores);
        Scores = new float[marks.Candidates.Count];
        (Digits, Confidences, DigitProbabilities) = (new int[Scores.Length], new float[Scores.Length], scores);
        _ofLine = Enumerable.Range(0, Scores.Length).ToLookup(i => marks.Candidates[i].Line);
        _dropped = [.. marks.Lines.Select(atoms => new float[atoms])];
        foreach (var line in _dropped) Array.Fill(line, SegmentationScore.OfDropped(null, 1, 0));
        for (var i = 0; i < Scores.Length; i++)
        {
            var candidate = marks.Candidates[i];
            var row = probabilities.Slice(i * DigitReader.Classes, DigitReader.Classes);
            Digits[i] = TensorPrimitives.IndexOfMax(row);
            Confidences[i] = row[Digits[i]];
            var height = candidate.Box.Height / typical;
            Scores[i] = SegmentationScore.OfDigit(candidate.Shape, height, Confidences[i], scores[i]);
            if (candidate.AtomCount == 1) _dropped[candidate.Line][candidate.FirstAtom] = SegmentationScore.OfDropped(candidate.Shape, height, scores[i]);
        }
    }

    public PageMarks Marks { get; }

    /// <summary>Score per candidate.</summary>
    public float[] Scores { get; }

    /// <summary>The most probable digit per candidate.</summary>
    public int[] Digits { get; }

    /// <summary>Probability of the most probable digit per candidate.</summary>
    public float[] Confidences { get; }

    public float[] DigitProbabilities { get; }

    /// <summary>Returns whether a candidate has enough pixels that a person can read it.</summary>
    public bool IsLegible(int index) => Marks.Candidates[index].Box.Height >= LeastPixels;

    /// <summary>Returns the indexes of the chosen candidates of a line.</summary>
    public IEnumerable<int> Choose(int line)
    {
        List<int> here = [.. _ofLine[line]];
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

    /// <summary>Returns the height of the page's digits in pixels: the weighted median of the candidates. Pieces of digits and marks at the edge have small weights.</summary>
    private static float TypicalHeight(IReadOnlyList<MarkCandidate> candidates, ReadOnlySpan<float> digitProbabilities)
    {
        var weights = new float[candidates.Count];
        for (var i = 0; i < weights.Length; i++)
        {
            var height = MathF.Min(1.2f, candidates[i].Shape.Height);
            weights[i] = digitProbabilities[i] * (candidates[i].Shape.IsAtEdge ? EdgeWeight : height * height);
        }
        var (half, sum) = (weights.Sum() / 2, 0f);
        foreach (var (index, candidate) in candidates.Index().OrderBy(pair => pair.Item.Box.Height))
        {
            sum += weights[index];
            if (sum >= half) return Math.Max(1, candidate.Box.Height);
        }
        return 1;
    }
}
