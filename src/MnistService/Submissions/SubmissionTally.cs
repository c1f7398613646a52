using System.Buffers;
using System.Numerics.Tensors;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Submissions;

/// <summary>Collects the predictions of a submission in row order, and the counts for its summary. The predictions take one byte per row.</summary>
/// <param name="scored">Whether the upload has labels. If true, the summary contains the accuracy and a confusion matrix.</param>
internal sealed class SubmissionTally(bool scored)
{
    private const int MostUncertain = 20;
    private const byte NotALabel = 10;

    private readonly ArrayBufferWriter<byte> _digits = new();
    private readonly int[] _counts = new int[InferenceResult.Classes];
    private readonly int[][] _confusion = [.. Enumerable.Range(0, InferenceResult.Classes).Select(_ => new int[InferenceResult.Classes])];
    // Max-heap by confidence. The top is the most confident of the 20 least confident rows so far. A less confident row replaces it.
    private readonly PriorityQueue<(UncertainAnswer Answer, byte[] Pixels), double> _uncertain = new(MostUncertain + 1, Comparer<double>.Create((a, b) => b.CompareTo(a)));

    /// <summary>The predicted digits, 0 to 9; one per row, in row order.</summary>
    internal ReadOnlySpan<byte> Digits => _digits.WrittenSpan;

    /// <summary>[N×784] pixels of the least confident rows, at most 20, in the order of <see cref="SubmissionSummary.LeastConfident"/>.</summary>
    internal byte[] UncertainPixels => [.. Uncertain.SelectMany(row => row.Pixels)];

    private IEnumerable<(UncertainAnswer Answer, byte[] Pixels)> Uncertain =>
        _uncertain.UnorderedItems.Select(item => item.Element).OrderBy(row => row.Answer.Confidence).ThenBy(row => row.Answer.ImageId);

    /// <summary>Adds the next rows of the file.</summary>
    /// <param name="result">[R×10] probabilities of the next R rows, in the order of the file.</param>
    /// <param name="labels">Labels of these R rows. Labels of further rows may follow and are ignored. Used only if the upload has labels.</param>
    /// <param name="pixels">[R×784] pixels of these R rows. Pixels of further rows may follow and are ignored.</param>
    internal void Add(InferenceResult result, ReadOnlySpan<byte> labels, ReadOnlySpan<byte> pixels)
    {
        var probabilities = result.Probabilities.AsSpan();
        for (var row = 0; probabilities.Length > 0; row++, probabilities = probabilities[InferenceResult.Classes..])
        {
            var answer = TensorPrimitives.IndexOfMax<float>(probabilities[..InferenceResult.Classes]);
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
