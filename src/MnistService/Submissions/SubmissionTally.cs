using System.Buffers;
using MnistService.Inference;

namespace MnistService.Submissions;

/// <summary>Collects the answers of a submission row by row: one byte a row, and what the summary needs.</summary>
internal sealed class SubmissionTally(bool scored)
{
    private const int Uncertain = 20;
    private const byte NotALabel = 10;

    private readonly ArrayBufferWriter<byte> _digits = new();
    private readonly int[] _counts = new int[InferenceResult.Classes];
    private readonly int[][] _confusion = [.. Enumerable.Range(0, InferenceResult.Classes).Select(_ => new int[InferenceResult.Classes])];
    // The most confident of the 20 is on top: it is the one that a less confident answer drives out.
    private readonly PriorityQueue<UncertainAnswer, double> _uncertain = new(Uncertain + 1, Comparer<double>.Create((a, b) => b.CompareTo(a)));

    /// <summary>One digit 0–9 a row.</summary>
    internal ReadOnlySpan<byte> Digits => _digits.WrittenSpan;

    /// <param name="result">The next rows' probabilities, in order.</param>
    /// <param name="labels">Their labels, when the upload has them.</param>
    internal void Add(InferenceResult result, ReadOnlySpan<byte> labels)
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
            Consider(answer, probabilities[answer]);
        }
    }

    internal SubmissionSummary Summarise(string id, DateTimeOffset now, string model, TimeSpan elapsed)
    {
        var rows = _digits.WrittenCount;
        return new(id, now, rows, model, elapsed.TotalSeconds, rows / elapsed.TotalSeconds, _counts,
            scored ? (double)_confusion.Select((counts, digit) => counts[digit]).Sum() / rows : null,
            scored ? _confusion : null,
            [.. _uncertain.UnorderedItems.Select(item => item.Element).OrderBy(answer => answer.Confidence).ThenBy(answer => answer.ImageId)]);
    }

    private void Consider(int digit, double confidence)
    {
        if (_uncertain.Count == Uncertain && confidence >= _uncertain.Peek().Confidence) return;
        _uncertain.Enqueue(new(_digits.WrittenCount, digit, confidence), confidence);
        if (_uncertain.Count > Uncertain) _uncertain.Dequeue();
    }
}
