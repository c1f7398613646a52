using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MnistService.Model.Training;

namespace MnistService.TrainingJobs;

/// <summary>
/// Writes down where a running job stands, on the training thread. A report that the database does not take is lost and the job goes on: the
/// next one says it all again, and so does the job's end.
/// </summary>
/// <param name="jobs">Where it is written.</param>
/// <param name="job">The job's id.</param>
/// <param name="before">The epochs that were finished when the job was taken up.</param>
/// <param name="log">Where failures are written.</param>
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
        [LoggerMessage(LogLevel.Information, "Training job {Job} epoch {Epoch}: loss {Loss:f4}, accuracy {Accuracy:f4}, validation {Validation:f4}, {Seconds:f1} s")]
        public static partial void Epoch(ILogger log, string job, int epoch, double loss, double accuracy, double? validation, double seconds);

        [LoggerMessage(LogLevel.Warning, "The progress of training job {Job} could not be written down")]
        public static partial void NotReported(ILogger log, Exception exception, string job);
    }
}
