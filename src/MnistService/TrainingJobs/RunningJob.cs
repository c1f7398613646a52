namespace MnistService.TrainingJobs;

/// <summary>Holds the training job that is running, so that a request can cancel the job.</summary>
/// <remarks>Thread-safe. Cancellation callbacks run outside of the lock, because they may be slow and may call this class.</remarks>
internal sealed class RunningJob
{
    private readonly Lock _gate = new();
    private Run? _run;

    /// <summary>Marks a job as running. Called by the training thread, which must dispose the result when the run ends.</summary>
    internal Run Begin(string id, CancellationToken stopping)
    {
        var run = new Run(this, id, stopping);
        lock (_gate) _run = run;
        return run;
    }

    /// <returns><c>true</c> if the job was running and its cancellation is requested; <c>false</c> if another job or no job is running.</returns>
    internal bool TryCancel(string id)
    {
        Run run;
        lock (_gate)
        {
            if (_run?.Id != id) return false;
            run = _run;
        }
        run.Cancel();
        return true;
    }

    /// <summary>One run of a job. Disposing the run marks the job as no longer running.</summary>
    internal sealed class Run : IDisposable
    {
        // Never disposed, because a request may cancel this source while the job ends. Without a timer or a linked token, the source holds no resources.
        private readonly CancellationTokenSource _source = new();
        private readonly CancellationTokenRegistration _stop;
        private readonly RunningJob _owner;

        internal Run(RunningJob owner, string id, CancellationToken stopping)
        {
            (_owner, Id) = (owner, id);
            _stop = stopping.Register(_source.Cancel);
        }

        internal string Id { get; }

        /// <summary>Canceled when a client cancels the job, or when the service stops.</summary>
        internal CancellationToken Token => _source.Token;

        internal void Cancel() => _source.Cancel();

        public void Dispose()
        {
            lock (_owner._gate)
            {
                if (_owner._run == this) _owner._run = null;
            }
            _stop.Dispose();
        }
    }
}
