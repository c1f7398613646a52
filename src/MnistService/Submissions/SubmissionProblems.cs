using MnistService.Http;
using MnistService.Uploads;

namespace MnistService.Submissions;

/// <summary>Problem types of the error responses of <c>/submissions</c>.</summary>
internal static class SubmissionProblems
{
    internal static readonly ProblemType
        NotFound = new(404, "submission_not_found", "No such submission", "There is no submission with this id; GET /submissions lists all submissions."),
        Deleted = new(404, "submission_not_found", "No such submission", "The submission was deleted before the response was sent. Upload the CSV again."),
        TooLarge = new(413, "csv_too_large", "The file is too large",
            $"The CSV has more than {{0}} bytes ({SubmissionOptions.Section}:MaxBytes). Split the file, or raise the limit.", 536870912),
        UploadsBusy = UploadProblems.Busy("uploads_busy", "submissions are being read", 16),
        StorageFailed = new(507, "storage_failed", "The submission could not be stored",
            "The disk of the data directory is full, or the service cannot write to it. Nothing was stored. " +
            "Free disk space or correct the permissions, then upload the CSV again.");
}
