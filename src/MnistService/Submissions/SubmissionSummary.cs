using System.Text.Json.Serialization;

namespace MnistService.Submissions;

/// <summary>Summary of a submission.</summary>
/// <param name="Id">Unique id, used in the URLs of the submission.</param>
/// <param name="CreatedAt">Time at which the submission was completed.</param>
/// <param name="Rows">Number of rows of the uploaded CSV, without the header. Each row is one image.</param>
/// <param name="Model">
/// Id of the model that classified the last rows. If a promotion happened during the upload, another model classified the first rows.
/// </param>
/// <param name="Seconds">Processing time in seconds, from the start of the upload to the last prediction.</param>
/// <param name="ImagesPerSecond">Value of <c>rows</c> divided by <c>seconds</c>.</param>
/// <param name="Labels">Number of predictions per digit, 0 to 9; 10 elements.</param>
/// <param name="Accuracy">Fraction of correct predictions, from 0 to 1; present only if the upload has labels.</param>
/// <param name="ConfusionMatrix">Number of images per label (10 rows) and predicted digit (10 columns); present only if the upload has labels.</param>
/// <param name="LeastConfident">Up to 20 predictions with the lowest confidence, lowest first.</param>
/// <param name="Name">Display name; present only if the client sent a name.</param>
internal sealed record SubmissionSummary(
    string Id,
    DateTimeOffset CreatedAt,
    int Rows,
    string Model,
    double Seconds,
    double ImagesPerSecond,
    IReadOnlyList<int> Labels,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Accuracy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<IReadOnlyList<int>>? ConfusionMatrix,
    IReadOnlyList<UncertainAnswer> LeastConfident,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name = null);

/// <summary>One page of the list of submissions.</summary>
/// <param name="Page">Page number, starting at 1.</param>
/// <param name="PageSize">Maximum number of submissions per page.</param>
/// <param name="Total">Total number of submissions.</param>
/// <param name="Submissions">The submissions of this page, newest first.</param>
internal sealed record SubmissionPage(int Page, int PageSize, int Total, IReadOnlyList<SubmissionSummary> Submissions);
