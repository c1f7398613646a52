using System.ComponentModel.DataAnnotations;

namespace MnistService.Database;

/// <summary>An uploaded data set as it is stored; its pictures are a file in the data directory.</summary>
internal sealed class DatasetRecord
{
    [Key, MaxLength(64)]
    public required string Id { get; init; }

    [MaxLength(100)]
    public string? Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>A <see cref="Datasets.DatasetSource"/>, lower case.</summary>
    [MaxLength(16)]
    public required string Source { get; init; }

    public required int Images { get; init; }

    /// <summary>How many of each digit, an array of ten.</summary>
    public required string LabelsJson { get; init; }

    /// <summary>Of pixels and labels, hexadecimal: a file that was changed is not trained on.</summary>
    [MaxLength(64)]
    public required string Sha256 { get; init; }

    /// <summary>A <see cref="Datasets.LabelChecks.LabelCheck"/>; null for data sets from before there was one.</summary>
    public string? LabelCheckJson { get; init; }

    /// <summary>The suspicious labels as <see cref="Datasets.LabelChecks.SuspiciousEntry"/> packs them, up to 100 kB: read only when they are asked for.</summary>
    public byte[]? SuspiciousImages { get; init; }
}
