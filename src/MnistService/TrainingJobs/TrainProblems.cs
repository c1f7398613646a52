using MnistService.Http;

namespace MnistService.TrainingJobs;

/// <summary>Problem types of the error responses of <c>/train</c>.</summary>
internal static class TrainProblems
{
    internal static readonly ProblemType
        NotFound = new(404, "job_not_found", "No such job", "There is no training job with this id; GET /train lists all jobs."),
        Changing = new(409, "job_changing", "The job is starting or ending", "The job is in the state '{0}', and its state is changing at this moment. Try again.", "running"),
        Finished = new(409, "job_finished", "The job has ended", "The job is in the state '{0}'; only a queued or running job can be canceled.", "succeeded"),
        NotResumable = new(409, "job_not_resumable", "The job cannot be resumed",
            "The job is in the state '{0}'; only a job that was interrupted, canceled, or failed without diverging can be resumed.", "succeeded"),
        Unfinished = new(409, "job_unfinished", "The job has not ended",
            "The job is in the state '{0}'; only a job that has ended can be deleted. Cancel the job first.", "running"),
        UnknownState = new(422, "query_invalid", "No such state",
            "The value '{0}' of the query parameter 'state' is not one of {1}.", "waiting", "queued, running, succeeded, failed, cancelled, interrupted"),
        SettingsInvalid = new(422, "train_settings_invalid", "The training settings are invalid", "{0}",
            "network 'transformer' is not one of cnn, mlp. epochs is 0; expected at least 1 and at most 1000."),
        QueueFull = new(429, "train_queue_full", "The training queue is full",
            $"{{0}} training jobs are queued, which is the maximum ({TrainingOptions.Section}:QueueCapacity). "
            + "Cancel a job, or try again when a job has finished.", 16),
        TooManyWatchers = new(429, "too_many_watchers", "Too many streams are open", "{0}",
            $"The client's address has 100 event streams open, which is the maximum ({TrainingOptions.Section}:MaxWatchersPerAddress). Close one, or try again later.");
}
