using System.Numerics.Tensors;
using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>
/// The candidates for digits of an image, with the outputs of the network for each candidate, and the scores by which the segmentation is chosen.
/// </summary>
internal sealed class ScoredPage
{
    /// <summary>
    /// Weight in the weighted median of digit heights that a candidate at the edge of the image has. It is low, because such a candidate may be incomplete or a
    /// shadow. Other candidates have the square of their height as weight, up to 1.44. All weights are multiplied by the digit probability.
    /// </summary>
    private const float EdgeWeight = 0.01f;

    /// <summary>Minimum height of a digit in pixels of the upright image. Smaller marks are treated as specks and not read as digits.</summary>
    internal const int LeastPixels = 8;

    /// <summary>Digit probability that is assumed for a candidate if the model has no digit score.</summary>
    private const float UnknownScore = 0.99f;

    private readonly float[][] _dropped; // per line and atom: the score if the atom belongs to no chosen digit
    private readonly ILookup<int, int> _ofLine; // per line of text: the indexes of its candidates

    /// <param name="marks">The image's candidates for digits.</param>
    /// <param name="probabilities">[N×10], row-major: the network's probabilities of the digits 0–9 for the N candidates.</param>
    /// <param name="digitProbabilities">
    /// [N]: probability that the candidate shows a digit, 0–1, for each of the N candidates; NaN if the model has no digit score.
    /// </param>
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

    /// <summary>Per candidate: the score if the candidate is chosen as a digit (<see cref="SegmentationScore.OfDigit"/>).</summary>
    public float[] Scores { get; }

    /// <summary>Most probable digit of each candidate, 0–9.</summary>
    public int[] Digits { get; }

    /// <summary>Probability of the most probable digit of each candidate, 0–1.</summary>
    public float[] Confidences { get; }

    public float[] DigitProbabilities { get; }

    /// <summary>Returns whether a candidate is at least <see cref="LeastPixels"/> pixels high.</summary>
    public bool IsLegible(int index) => Marks.Candidates[index].Box.Height >= LeastPixels;

    /// <summary>Returns the indexes of the candidates that are chosen as digits in the best segmentation of a line of text, from left to right.</summary>
    public IEnumerable<int> Choose(int line)
    {
        List<int> here = [.. _ofLine[line]];
        return LineSegmentation.Choose(_dropped[line], here.ConvertAll(i => (Marks.Candidates[i].FirstAtom, Marks.Candidates[i].AtomCount, Scores[i]))).Select(i => here[i]);
    }

    /// <summary>
    /// Returns the gain from choosing a candidate as a digit: its score minus the scores for dropping its atoms (the marks or pieces of marks that form the
    /// candidate).
    /// </summary>
    public float Gain(int index)
    {
        var candidate = Marks.Candidates[index];
        var gain = Scores[index];
        for (var i = 0; i < candidate.AtomCount; i++) gain -= _dropped[candidate.Line][candidate.FirstAtom + i];
        return gain;
    }

    /// <summary>
    /// Returns the typical height of the image's digits in pixels: the weighted median of the candidates' heights. A candidate has a small weight if it is
    /// small compared with the digits of its line, is at the edge of the image, or is probably not a digit.
    /// </summary>
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
