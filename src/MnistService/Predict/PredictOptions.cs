using System.ComponentModel.DataAnnotations;

namespace MnistService.Predict;

/// <summary>Settings under <c>MnistService:Predict</c>.</summary>
internal sealed class PredictOptions
{
    internal const string Section = "MnistService:Predict";

    /// <summary>Bytes of one picture. Default 10 MB.</summary>
    [Range(1, 1 << 30)]
    public int MaxBytes { get; init; } = 10 << 20;

    /// <summary>Width × height of one picture. Default 16 megapixels.</summary>
    [Range(784, 1 << 28)]
    public int MaxPixels { get; init; } = 16_000_000;

    /// <summary>Pictures in one form. Default 100.</summary>
    [Range(1, 10_000)]
    public int MaxFiles { get; init; } = 100;

    /// <summary>Bytes of one form. Default 50 MB.</summary>
    [Range(1, 1 << 30)]
    public int MaxFormBytes { get; init; } = 50 << 20;

    /// <summary>
    /// Decoding that may wait, in time: beyond it one more picture that takes milliseconds to decode is refused with 429. Default 1 s, half of the
    /// deadline, so that what is accepted is also answered. Small pictures are decoded at once, and not refused for it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan MaxDecodeWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Bytes of all request bodies in memory at a time, of all requests together; beyond it 429. A quarter is for bodies up to 64 kB. Default 0: 256 MB, or a
    /// fifth of the memory that clients can fill.
    /// </summary>
    [Range(0, 1L << 40)]
    public long MaxBytesInFlight { get; init; }
}
