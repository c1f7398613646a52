namespace MnistService.Training;

/// <summary>The job that trains now, so that a request can cancel it.</summary>
internal sealed class RunningJob
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _cancellation;
    private string? _id;

    /// <summary>Called by the training thread when it takes a job; the source is the caller's to dispose after <see cref="End"/>.</summary>
    internal CancellationTokenSource Begin(string id, CancellationToken stopping)
    {
        lock (_gate)
        {
            _id = id;
            return _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        }
    }

    internal void End()
    {
        lock (_gate) (_id, _cancellation) = (null, null);
    }

    /// <returns>False when another job trains, or none.</returns>
    internal bool TryCancel(string id)
    {
        lock (_gate)
        {
            if (_id != id) return false;
            _cancellation!.Cancel();
            return true;
        }
    }
}
