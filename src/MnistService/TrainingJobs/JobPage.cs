namespace MnistService.TrainingJobs;

/// <summary>One page of the job list.</summary>
/// <param name="Page">Page number, from 1.</param>
/// <param name="PageSize">Maximum number of jobs per page.</param>
/// <param name="Total">Number of jobs on all pages.</param>
/// <param name="Jobs">Jobs of this page, newest first.</param>
internal sealed record JobPage(int Page, int PageSize, int Total, IReadOnlyList<TrainingJob> Jobs);
