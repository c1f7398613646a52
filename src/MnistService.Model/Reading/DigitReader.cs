using System.Text;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>Chooses the digits of an image among its candidates, after a network classified them. Pure and thread-safe.</summary>
public static class DigitReader
{
    /// <summary>Maximum number of digits of an image.</summary>
    public const int MostDigits = 200;

    internal const int Classes = 10;

    /// <summary>Least digit probability of a mark beside one digit, and beside more.</summary>
    private const float LeastBesideOne = 0.2f, LeastBesideMore = 0.02f;

    /// <summary>Reads the digits of an image.</summary>
    /// <param name="marks">The candidates.</param>
    /// <param name="probabilities">[N×10]: the network's probabilities, for the N candidates in their order.</param>
    /// <param name="digitProbabilities">[N]: the probability that the candidate shows one digit and nothing else, 0–1; NaN if the model has no digit score; each candidate then counts as a digit.</param>
    /// <exception cref="ArgumentException">The lengths do not match the number of candidates.</exception>
    public static PageReading Read(PageMarks marks, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> digitProbabilities)
    {
        ArgumentNullException.ThrowIfNull(marks);
        var count = marks.Candidates.Count;
        if (probabilities.Length != count * Classes || digitProbabilities.Length != count)
            throw new ArgumentException($"Expected {count}×{Classes} probabilities and {count} digit probabilities.", nameof(probabilities));
        var page = new ScoredPage(marks, probabilities, digitProbabilities);
        var (digits, text, dropped) = (new List<ReadDigit>(), new StringBuilder(), 0);
        var chosen = new List<int>();
        for (var line = 0; line < marks.Lines.Count; line++)
        {
            var here = WithoutLonePieces(marks, OfDigits(page, [.. page.Choose(line)])).Take(MostDigits - digits.Count).ToList();
            dropped += marks.Lines[line] - here.Sum(index => marks.Candidates[index].AtomCount);
            if (here.Count == 0) continue;
            if (text.Length > 0) text.Append('\n');
            var textLine = digits.Count == 0 ? 0 : digits[^1].Line + 1;
            foreach (var index in here)
            {
                text.Append((char)('0' + page.Digits[index]));
                digits.Add(new(page.Digits[index], page.Confidences[index], page.DigitProbabilities[index], marks.Candidates[index].Box, textLine, marks.Candidates[index].Image));
            }
            chosen.AddRange(here);
        }
        return new(text.ToString(), digits, marks.Ignored + dropped, SeveralDigits.IsCertain(page, chosen, dropped));
    }

    /// <summary>Drops pieces of marks of which another piece is no digit: touching digits are digits in all pieces, but a letter can have a piece that looks like a digit.</summary>
    private static List<int> WithoutLonePieces(PageMarks marks, List<int> line)
    {
        while (true)
        {
            HashSet<int> covered = [.. line.SelectMany(index => Enumerable.Range(marks.Candidates[index].FirstAtom, marks.Candidates[index].AtomCount))];
            var kept = line.FindAll(index => Enumerable.Range(marks.Candidates[index].MarkAtoms.First, marks.Candidates[index].MarkAtoms.Count).All(covered.Contains));
            if (kept.Count == line.Count) return kept;
            line = kept;
        }
    }

    /// <summary>
    /// Drops marks with a low digit probability. The threshold is lower beside other digits, because context makes a doubtful mark more likely to be a digit.
    /// </summary>
    private static List<int> OfDigits(ScoredPage page, List<int> line)
    {
        var least = line.Count(index => page.DigitProbabilities[index] >= DigitScore.Threshold) switch
        {
            0 => DigitScore.Threshold,
            1 => LeastBesideOne,
            _ => LeastBesideMore,
        };
        return line.FindAll(index => page.DigitProbabilities[index] >= least && page.IsLegible(index));
    }
}
