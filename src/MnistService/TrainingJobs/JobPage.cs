namespace MnistService.TrainingJobs;

/// <summary>A page of the list of jobs.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">Jobs a page at most.</param>
/// <param name="Total">Jobs in all.</param>
/// <param name="Jobs">Newest first.</param>
internal sealed record JobPage(int Page, int PageSize, int Total, IReadOnlyList<TrainingJob> Jobs);
