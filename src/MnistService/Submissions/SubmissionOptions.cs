using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Submissions;

/// <summary>Settings under <c>MnistService:Submissions</c>: limits of uploaded CSV files.</summary>
internal sealed class SubmissionOptions
{
    internal const string Section = "MnistService:Submissions";

    /// <summary>Maximum size of an uploaded CSV in bytes, both compressed and decompressed. Default 512 MB.</summary>
    [SettingRange(1, long.MaxValue)]
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>Maximum number of rows of an uploaded CSV, without the header. A longer CSV is rejected with 413. Default 1,000,000.</summary>
    [SettingRange(1, 100_000_000)]
    public long MaxRows { get; init; } = 1_000_000;

    /// <summary>Maximum length of a line of an uploaded CSV, in bytes. Default 64 kB; a row of 784 pixels needs less than 5 kB.</summary>
    [SettingRange(4_096, 1 << 24)]
    public int MaxLineBytes { get; init; } = 64 << 10;

    /// <summary>
    /// Maximum number of concurrent CSV uploads. Default 16. If the limit is reached, a new upload replaces the slowest upload whose rate is below
    /// <c>MnistService:Connections:MinUploadRate</c>. If no upload is that slow, the new upload is rejected with 429. Each upload takes 1.25 MB, plus 0.375 MB
    /// for each processor of the machine, from the request memory budget.
    /// </summary>
    [SettingRange(1, 10_000)]
    public int MaxUploads { get; init; } = 16;
}

[OptionsValidator]
internal sealed partial class SubmissionOptionsValidator : IValidateOptions<SubmissionOptions>;
