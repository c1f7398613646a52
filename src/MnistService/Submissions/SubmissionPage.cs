namespace MnistService.Submissions;

/// <summary>A page of the list of submissions.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">Submissions a page at most.</param>
/// <param name="Total">Submissions in all.</param>
/// <param name="Submissions">Newest first.</param>
internal sealed record SubmissionPage(int Page, int PageSize, int Total, IReadOnlyList<SubmissionSummary> Submissions);
