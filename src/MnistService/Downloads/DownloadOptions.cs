using System.ComponentModel.DataAnnotations;

namespace MnistService.Downloads;

/// <summary>Settings under <c>MnistService:Downloads</c>.</summary>
internal sealed class DownloadOptions
{
    internal const string Section = "MnistService:Downloads";

    /// <summary>Files of all kinds that are sent at the same time; more are answered 429. Each takes an open file and a 64 kB buffer. Default 64.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrent { get; init; } = 64;

    /// <summary>Bytes of converted model files that are kept in the data directory; the oldest are deleted first. Default 256 MB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxCacheBytes { get; init; } = 256L << 20;
}
