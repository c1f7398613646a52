using MnistService.Model.Imaging;

namespace MnistService.Inference;

/// <summary>
/// Sends a probe (a blank synthetic image) through the queue if no worker has computed a batch for 10 s. So an idle service detects that its GPU is lost. A
/// service that is not ready, and therefore receives no traffic, detects that its GPU works again. Probes are excluded from the metrics. Of consecutive failed
/// probes, only the first is logged.
/// </summary>
/// <remarks>Not thread-safe, except for <see cref="Failure"/>.</remarks>
internal sealed class InferenceProbe(InferenceQueue queue, TimeProvider time)
{
    /// <summary>
    /// Maximum time without a test of the workers: a probe is sent if this time has passed since both the last successful batch and the last probe.
    /// </summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private static readonly byte[] Blank = new byte[DigitImage.PixelCount];

    private InferenceRequest? _sent;
    private long _sentAt;
    private volatile Failed? _failure;

    /// <summary>Reason why the last probe failed; null if no probe has failed since the last successful batch.</summary>
    public string? Failure => _failure is { } failure && failure.At >= queue.Outcomes.LastSuccess ? failure.Words : null;

    /// <summary>Checks whether the last probe has failed, and sends a new probe if one is due.</summary>
    /// <param name="urgent">
    /// Whether to send a probe even if <see cref="Interval"/> has not passed. True if the watchdog has found a reason for not being ready.
    /// </param>
    /// <param name="patience">Time without a result after which the probe counts as failed.</param>
    public void Look(bool urgent, TimeSpan patience)
    {
        if (_sent is { Completion: var answer })
        {
            if (!answer.IsCompleted)
            {
                var waited = time.GetElapsedTime(_sentAt);
                if (waited >= patience) Fail($"the workers did not respond within {waited.TotalSeconds:F0} s.");
                return;
            }
            _sent = null;
            if (answer.Exception is { } failed) Fail(failed.InnerException!.Message);
        }
        if (urgent || time.GetElapsedTime(Math.Max(queue.Outcomes.LastSuccess, _sentAt)) >= Interval) Send();
    }

    private void Send()
    {
        if (queue.ClosedReason is not null || queue.IsFull) return; // if the queue is full, its requests already show whether the workers compute
        var probe = new InferenceRequest(Blank, CancellationToken.None) { IsProbe = true };
        try
        {
            if (!queue.TryEnqueue(probe)) return;
        }
        catch (ServiceUnavailableException)
        {
            return; // the queue was closed concurrently
        }
        (_sent, _sentAt) = (probe, time.GetTimestamp());
    }

    private void Fail(string words) => _failure = new(words, time.GetTimestamp());

    private sealed record Failed(string Words, long At);
}
