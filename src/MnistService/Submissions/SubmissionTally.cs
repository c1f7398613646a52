using System.Buffers;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Submissions;

/// <summary>Collects the answers of a submission row by row: one byte a row, and what the summary needs.</summary>
internal sealed class SubmissionTally(bool scored)
{
    private const int MostUncertain = 20;
    private const byte NotALabel = 10;

    private readonly ArrayBufferWriter<byte> _digits = new();
    private readonly int[] _counts = new int[InferenceResult.Classes];
    private readonly int[][] _confusion = [.. Enumerable.Range(0, InferenceResult.Classes).Select(_ => new int[InferenceResult.Classes])];
    // The most confident of the 20 is on top: it is the one that a less confident answer drives out.
    private readonly PriorityQueue<(UncertainAnswer Answer, byte[] Pixels), double> _uncertain = new(MostUncertain + 1, Comparer<double>.Create((a, b) => b.CompareTo(a)));

    /// <summary>One digit 0–9 a row.</summary>
    internal ReadOnlySpan<byte> Digits => _digits.WrittenSpan;

    /// <summary>[N×784] what the least confident answers are of, in the order of the summary.</summary>
    internal byte[] UncertainPixels => [.. Uncertain.SelectMany(row => row.Pixels)];

    private IEnumerable<(UncertainAnswer Answer, byte[] Pixels)> Uncertain =>
        _uncertain.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Answer.Confidence).ThenBy(row => row.Answer.ImageId);

    /// <param name="result">The next rows' probabilities, in order.</param>
    /// <param name="labels">Their labels, when the upload has them.</param>
    /// <param name="pixels">[N×784] the rows themselves.</param>
    internal void Add(InferenceResult result, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> pixels)
    {
        var probabilities = result.Probabilities.AsSpan();
        for (var row = 0; probabilities.Length > 0; row++, probabilities = probabilities[InferenceResult.Classes..])
        {
            var answer = 0;
            for (var digit = 1; digit < InferenceResult.Classes; digit++)
                if (probabilities[digit] > probabilities[answer]) answer = digit;
            _digits.GetSpan(1)[0] = (byte)answer;
            _digits.Advance(1);
            _counts[answer]++;
            if (scored && labels[row] < NotALabel) _confusion[labels[row]][answer]++;
            Consider(answer, probabilities[answer], pixels.Slice(row * DigitImage.PixelCount, DigitImage.PixelCount));
        }
    }

    internal SubmissionSummary Summarise(string id, DateTimeOffset now, string model, TimeSpan elapsed)
    {
        var rows = _digits.WrittenCount;
        return new(id, now, rows, model, elapsed.TotalSeconds, rows / elapsed.TotalSeconds, _counts,
            scored ? (double)_confusion.Select((counts, digit) => counts[digit]).Sum() / rows : null,
            scored ? _confusion : null,
            [.. Uncertain.Select(row => row.Answer)]);
    }

    private void Consider(int digit, double confidence, ReadOnlySpan<byte> pixels)
    {
        if (_uncertain.Count == MostUncertain && confidence >= _uncertain.Peek().Answer.Confidence) return;
        _uncertain.Enqueue((new(_digits.WrittenCount, digit, confidence), pixels.ToArray()), confidence);
        if (_uncertain.Count > MostUncertain) _uncertain.Dequeue();
    }
}
