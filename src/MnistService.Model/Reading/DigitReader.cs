using System.Text;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>Chooses the digits of an image among the candidates that a network classified. Stateless and thread-safe.</summary>
public static class DigitReader
{
    /// <summary>Maximum number of digits per image. Further digits are ignored.</summary>
    public const int MostDigits = 200;

    internal const int Classes = 10;

    /// <summary>
    /// Minimum digit probability of a candidate that is read as a digit, if exactly one chosen candidate of the same line of text reaches
    /// <see cref="DigitScore.Threshold"/>. The minimum is lower, because a mark beside a digit is more likely to be a digit.
    /// </summary>
    private const float LeastBesideOne = 0.2f;

    /// <summary>
    /// Minimum digit probability of a candidate that is read as a digit, if two or more chosen candidates of the same line of text reach
    /// <see cref="DigitScore.Threshold"/>. A mark beside several digits is even more likely to be a digit.
    /// </summary>
    private const float LeastBesideMore = 0.02f;

    /// <summary>Reads the digits of an image.</summary>
    /// <param name="marks">The image's candidates for digits.</param>
    /// <param name="probabilities">[N×10], row-major: the network's probabilities of the digits 0–9 for the N candidates, in their order.</param>
    /// <param name="digitProbabilities">
    /// [N]: probability that the candidate shows one digit and nothing else, 0–1. NaN if the model has no digit score; a probability of 0.99 is then assumed.
    /// </param>
    /// <exception cref="ArgumentException">The number of probabilities or digit probabilities does not match the number of candidates.</exception>
    public static PageReading Read(PageMarks marks, ReadOnlySpan<float> probabilities, ReadOnlySpan<float> digitProbabilities)
    {
        ArgumentNullException.ThrowIfNull(marks);
        var count = marks.Candidates.Count;
        if (probabilities.Length != count * Classes || digitProbabilities.Length != count)
            throw new ArgumentException(
                $"Got {probabilities.Length} probabilities and {digitProbabilities.Length} digit probabilities; expected {count * Classes} and {count}.", nameof(probabilities));
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

    /// <summary>
    /// Drops a piece of a mark if another piece of the same mark is not a digit. All pieces of touching digits are digits, but a letter can have a piece that
    /// looks like a digit.
    /// </summary>
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
    /// Drops candidates that are too small or have a low digit probability. The minimum digit probability is lower beside other digits, because a mark in a
    /// line of digits is more likely to be a digit.
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
