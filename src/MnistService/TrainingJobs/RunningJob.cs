namespace MnistService.TrainingJobs;

/// <summary>The job that trains now, so that a request can cancel it.</summary>
/// <remarks>Safe for all threads. Cancellation callbacks run outside of the lock: they may be slow, and may call this class.</remarks>
internal sealed class RunningJob
{
    private readonly Lock _gate = new();
    private Run? _run;

    /// <summary>Called by the training thread when it takes a job, which it ends by disposing what this returns.</summary>
    internal Run Begin(string id, CancellationToken stopping)
    {
        var run = new Run(this, id, stopping);
        lock (_gate) _run = run;
        return run;
    }

    /// <returns>False when another job trains, or none.</returns>
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

    /// <summary>One run of a job, from its start to its end.</summary>
    internal sealed class Run : IDisposable
    {
        // Never disposed, because a request may cancel it while the job ends. Without a timer and a parent it holds nothing that needs disposal.
        private readonly CancellationTokenSource _source = new();
        private readonly CancellationTokenRegistration _stop;
        private readonly RunningJob _owner;

        internal Run(RunningJob owner, string id, CancellationToken stopping)
        {
            (_owner, Id) = (owner, id);
            _stop = stopping.Register(_source.Cancel);
        }

        internal string Id { get; }

        /// <summary>Cancelled by a client or by the stop of the service.</summary>
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
