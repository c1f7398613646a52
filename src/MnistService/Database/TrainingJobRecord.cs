using System.ComponentModel.DataAnnotations;

namespace MnistService.Database;

/// <summary>Database row of a training job. Nested values are stored as JSON.</summary>
internal sealed class TrainingJobRecord
{
    [Key, MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(100)]
    public string? Name { get; init; }

    /// <summary>State of the job: the name of the <see cref="JobState"/> value in lower case.</summary>
    [MaxLength(16)]
    public required string State { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public required string SettingsJson { get; init; }

    public string? ProgressJson { get; set; }

    public string EpochsJson { get; set; } = "[]";

    public string? TestJson { get; set; }

    [MaxLength(64)]
    public string? ModelId { get; set; }

    public string? PromotionJson { get; set; }

    public string? ErrorJson { get; set; }

    /// <summary>Warnings about the data sets of the job, as a JSON array of sentences; <c>null</c> if there are no warnings.</summary>
    public string? WarningsJson { get; init; }
}
