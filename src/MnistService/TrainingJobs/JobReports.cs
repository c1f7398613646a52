using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>
/// Writes the progress and the epochs of a running job to the database, on the training thread. A failed write is logged and does not stop the job, because the
/// next report contains all values again. When the job succeeds, <see cref="TrainingJobStore.Finish"/> writes all epochs again.
/// </summary>
/// <param name="jobs">Store to which the reports are written.</param>
/// <param name="job">Id of the running job.</param>
/// <param name="before">Epochs that earlier runs of the job finished; empty if this run starts from the beginning.</param>
internal sealed partial class JobReports(TrainingJobStore jobs, string job, IReadOnlyList<EpochResult> before, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly List<EpochResult> _epochs = [.. before];
    private long _lastProgress = long.MinValue;

    internal void Progress(TrainingProgress progress)
    {
        if (_lastProgress != long.MinValue && Stopwatch.GetElapsedTime(_lastProgress) < Interval && progress.Step < progress.Steps) return;
        _lastProgress = Stopwatch.GetTimestamp();
        Try(() => jobs.Report(job, progress));
    }

    internal void Epoch(EpochResult epoch)
    {
        _epochs.Add(epoch);
        Try(() => jobs.Report(job, _epochs));
        Log.Epoch(log, job, epoch.Epoch, epoch.TrainLoss, epoch.TrainAccuracy, epoch.ValidationAccuracy, epoch.Seconds);
    }

    private void Try(Action report)
    {
        try
        {
            report();
        }
        catch (Exception e) when (e is System.Data.Common.DbException or DbUpdateException)
        {
            Log.NotReported(log, e, job);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Training job {Job} epoch {Epoch}: training loss {Loss:f4}, training accuracy {Accuracy:f4}, "
            + "validation accuracy {Validation:f4}, {Seconds:f1} s")]
        public static partial void Epoch(ILogger log, string job, int epoch, double loss, double accuracy, double? validation, double seconds);

        [LoggerMessage(LogLevel.Warning, "The progress of training job {Job} could not be written to the database; "
            + "the job continues, and the next report contains its progress")]
        public static partial void NotReported(ILogger log, Exception exception, string job);
    }
}
