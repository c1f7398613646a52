using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Downloads;

/// <summary>Settings under <c>MnistService:Downloads</c>: limits of concurrent downloads and of the cache of converted models.</summary>
internal sealed class DownloadOptions
{
    internal const string Section = "MnistService:Downloads";

    /// <summary>
    /// Maximum number of concurrent downloads of all kinds. Further downloads are rejected with 429; files that are the response to an upload wait instead.
    /// Each download uses one file descriptor and a 64 kB buffer. Default 64.
    /// </summary>
    [SettingRange(1, 100_000)]
    public int MaxConcurrent { get; init; } = 64;

    /// <summary>
    /// Maximum total size in bytes of the converted model files in the data directory. If the total is larger, the oldest files are deleted. Default 256 MB.
    /// </summary>
    [SettingRange(1, long.MaxValue)]
    public long MaxCacheBytes { get; init; } = 256L << 20;
}

[OptionsValidator]
internal sealed partial class DownloadOptionsValidator : IValidateOptions<DownloadOptions>;
