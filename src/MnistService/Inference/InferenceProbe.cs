using MnistService.Model.Imaging;

namespace MnistService.Inference;

/// <summary>
/// A blank picture sent through the queue when no worker has computed anything for a while: an idle service, too, finds out that its GPU has gone, and
/// one that is not ready, to which nobody sends anything, that it is back. It is no client's: not counted, and its failures are logged once.
/// </summary>
/// <remarks>For one thread; <see cref="Failure"/> for all.</remarks>
internal sealed class InferenceProbe(InferenceQueue queue, TimeProvider time)
{
    /// <summary>Nothing computed for this long, and one is sent.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly byte[] Blank = new byte[DigitImage.PixelCount];

    private InferenceRequest? _sent;
    private long _sentAt;
    private volatile Failed? _failure;

    /// <summary>What became of the last one, when that was no answer and nothing has been computed since; otherwise null.</summary>
    public string? Failure => _failure is { } failure && failure.At >= queue.Outcomes.LastSuccess ? failure.Words : null;

    /// <summary>Looks after the one that is under way, and sends the next when its time has come.</summary>
    /// <param name="urgent">Something is wrong: it is always time.</param>
    /// <param name="patience">Longer without an answer is a failure.</param>
    public void Look(bool urgent, TimeSpan patience)
    {
        if (_sent is { Completion: var answer })
        {
            if (!answer.IsCompleted)
            {
                var waited = time.GetElapsedTime(_sentAt);
                if (waited >= patience) Fail($"it has been without an answer for {waited.TotalSeconds:F0} s.");
                return;
            }
            _sent = null;
            if (answer.Exception is { } failed) Fail(failed.InnerException!.Message);
        }
        if (urgent || time.GetElapsedTime(Math.Max(queue.Outcomes.LastSuccess, _sentAt)) >= Interval) Send();
    }

    private void Send()
    {
        if (queue.ClosedReason is not null || queue.IsFull) return; // full: what fills it tells as much
        var probe = new InferenceRequest(Blank, CancellationToken.None) { IsProbe = true };
        try
        {
            if (!queue.TryEnqueue(probe)) return;
        }
        catch (ServiceUnavailableException)
        {
            return; // closed in this very moment
        }
        (_sent, _sentAt) = (probe, time.GetTimestamp());
    }

    private void Fail(string words) => _failure = new(words, time.GetTimestamp());

    private sealed record Failed(string Words, long At);
}
