using System.Text.Json.Serialization;

namespace MnistService.Submissions;

/// <summary>What is known of a submission besides its rows.</summary>
/// <param name="Id">Its name everywhere.</param>
/// <param name="CreatedAt">When it was finished.</param>
/// <param name="Rows">Pictures.</param>
/// <param name="Model">The model that read them; the one that read the last rows when it was swapped meanwhile.</param>
/// <param name="Seconds">From the first byte to the last answer.</param>
/// <param name="ImagesPerSecond">Rows over seconds.</param>
/// <param name="Labels">How many of each digit were answered, 0 to 9.</param>
/// <param name="Accuracy">Fraction right; only when the upload had labels.</param>
/// <param name="ConfusionMatrix">[10][10]: rows are the label, columns the answer; only when the upload had labels.</param>
/// <param name="LeastConfident">The 20 answers with the lowest probability, lowest first.</param>
/// <param name="Name">A name for people; only when one was given.</param>
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
