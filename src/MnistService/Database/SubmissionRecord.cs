using System.ComponentModel.DataAnnotations;

namespace MnistService.Database;

/// <summary>Database row of a finished submission: its summary. The predicted rows are stored in a file in the data directory.</summary>
internal sealed class SubmissionRecord
{
    [Key, MaxLength(64)]
    public required string Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required int Rows { get; init; }

    [MaxLength(64)]
    public required string Model { get; init; }

    public required double Seconds { get; init; }

    /// <summary>The full summary as JSON, with the same fields as in the API's response.</summary>
    public required string SummaryJson { get; init; }
}
