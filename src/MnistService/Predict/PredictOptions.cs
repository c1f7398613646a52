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
}
