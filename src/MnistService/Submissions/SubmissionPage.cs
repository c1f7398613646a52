namespace MnistService.Submissions;

/// <summary>One page of the list of submissions.</summary>
/// <param name="Page">Page number, starting at 1.</param>
/// <param name="PageSize">Maximum number of submissions per page.</param>
/// <param name="Total">Total number of submissions.</param>
/// <param name="Submissions">The submissions of this page, newest first.</param>
internal sealed record SubmissionPage(int Page, int PageSize, int Total, IReadOnlyList<SubmissionSummary> Submissions);
