namespace MnistService.Inference;

/// <summary>The request waited in the queue longer than the deadline and was not computed.</summary>
internal sealed class DeadlinePassedException(TimeSpan waited, TimeSpan deadline)
    : Exception($"The request waited {waited.TotalMilliseconds:F0} ms in the queue; the deadline is {deadline.TotalMilliseconds:F0} ms.");
