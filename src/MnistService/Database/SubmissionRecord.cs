using System.ComponentModel.DataAnnotations;

namespace MnistService.Database;

/// <summary>A finished submission's summary as it is stored; its rows are a file in the data directory.</summary>
internal sealed class SubmissionRecord
{
    [Key, MaxLength(64)]
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required int Rows { get; init; }

    [MaxLength(64)]
    public required string Model { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The whole summary, as it is answered.</summary>
    public required string SummaryJson { get; init; }
}
