using System.ComponentModel.DataAnnotations;

namespace MnistService.Database;

/// <summary>A training job as it is stored. The parts that only people and clients read are kept as the JSON they are answered with.</summary>
internal sealed class TrainingJobRecord
{
    [Key, MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(100)]
    public string? Name { get; init; }

    /// <summary>A <see cref="JobState"/>, lower case.</summary>
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

    public string? ActivationJson { get; set; }

    public string? ErrorJson { get; set; }

    /// <summary>An array of sentences; null for none.</summary>
    public string? WarningsJson { get; init; }
}
