using System.ComponentModel.DataAnnotations;

namespace MnistService.Submissions;

/// <summary>Settings under <c>MnistService:Submissions</c>.</summary>
internal sealed class SubmissionOptions
{
    internal const string Section = "MnistService:Submissions";

    /// <summary>Bytes of CSV, after unpacking. Default 512 MB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>Rows. Default 1,000,000.</summary>
    [Range(1, 100_000_000)]
    public long MaxRows { get; init; } = 1_000_000;

    /// <summary>Bytes in a line. Default 64 kB; a row of 784 pixels needs under 5.</summary>
    [Range(4_096, 1 << 24)]
    public int MaxLineBytes { get; init; } = 64 << 10;

    /// <summary>Files that are read at a time; more are answered 429. Default 16: each takes 0.2 MB, and 0.4 MB more for each processor.</summary>
    [Range(1, 10_000)]
    public int MaxUploads { get; init; } = 16;
}
