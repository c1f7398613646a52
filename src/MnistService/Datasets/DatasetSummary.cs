using System.Text.Json.Serialization;
using MnistService.Datasets.LabelChecks;

namespace MnistService.Datasets;

/// <summary>What is known of a data set besides its pictures.</summary>
/// <param name="Id">Its name everywhere: the <c>data</c> of <c>POST /train</c>.</param>
/// <param name="Name">A name for people; null when none was given.</param>
/// <param name="CreatedAt">When it was accepted; null for the built-in one.</param>
/// <param name="Source">What it came as.</param>
/// <param name="Images">Pictures to train on.</param>
/// <param name="Labels">How many of each digit, 0 to 9; null for MNIST unless it is available.</param>
/// <param name="Sha256">Of pixels and labels, hexadecimal, as the cards of its models have it; null for MNIST unless it is available.</param>
/// <param name="BuiltIn">Whether it belongs to the service and cannot be deleted.</param>
/// <param name="State">Whether its images can be read.</param>
/// <param name="Suspicious">How many labels the served model contradicted at upload; null if they were not checked.</param>
/// <param name="LabelCheck">The same in words, or why there was no check.</param>
internal sealed record DatasetSummary(
    string Id,
    string? Name,
    DateTimeOffset? CreatedAt,
    DatasetSource Source,
    int Images,
    IReadOnlyList<int>? Labels,
    string? Sha256,
    bool BuiltIn,
    DatasetState State,
    SuspiciousLabels? Suspicious,
    string LabelCheck)
{
    /// <summary>For the jobs that train on it; null if there is nothing to warn of.</summary>
    [JsonIgnore]
    public string? Warning { get; init; }
}

/// <summary>Whether the images of a data set can be read.</summary>
internal enum DatasetState
{
    /// <summary>They are there, as they should be.</summary>
    Available,

    /// <summary>Their files are not there.</summary>
    Missing,

    /// <summary>Their files are there, but not as they were published or uploaded.</summary>
    Damaged,
}
