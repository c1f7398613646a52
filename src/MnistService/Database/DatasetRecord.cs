using System.ComponentModel.DataAnnotations;

namespace MnistService.Database;

/// <summary>Database row of an uploaded data set. The images are stored in a file in the data directory.</summary>
internal sealed class DatasetRecord
{
    [Key, MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(100)]
    public string? Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Format of the uploaded file: the name of a <see cref="Datasets.DatasetSource"/> value in lower case.</summary>
    [MaxLength(16)]
    public required string Source { get; init; }

    public required int Images { get; init; }

    /// <summary>Number of images per digit, 0 to 9, as a JSON array of ten numbers.</summary>
    public required string LabelsJson { get; init; }

    /// <summary>SHA-256 of the pixels and labels, hexadecimal. A training job that uses the data set fails if the file has another checksum.</summary>
    [MaxLength(64)]
    public required string Sha256 { get; init; }

    /// <summary>A <see cref="Datasets.LabelChecks.LabelCheck"/> as JSON; <c>null</c> if a version without label checks stored the data set.</summary>
    public string? LabelCheckJson { get; init; }

    /// <summary>
    /// The labels that the label check found suspicious, as packed <see cref="Datasets.LabelChecks.SuspiciousEntry"/> values, up to 100 kB; <c>null</c> if a
    /// version of the service without label checks stored the data set. Queries omit this column where possible.
    /// </summary>
    public byte[]? SuspiciousImages { get; init; }
}
