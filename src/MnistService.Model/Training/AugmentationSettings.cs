namespace MnistService.Model.Training;

/// <summary>Bounds of the random distortions; each picture draws its own, uniformly between minus and plus the bound.</summary>
public sealed record AugmentationSettings
{
    /// <summary>Degrees, 0–45.</summary>
    public double Rotation { get; init; } = 15;

    /// <summary>Fraction of the size, each axis for itself, 0–0.5.</summary>
    public double Zoom { get; init; } = 0.15;

    /// <summary>Fraction of the width and of the height, 0–0.5.</summary>
    public double Shift { get; init; } = 0.06;

    /// <summary>Slant: horizontal shift a unit of height, 0–0.5.</summary>
    public double Shear { get; init; } = 0.15;

    /// <summary>Elastic distortion: pixels by which the points of a 5×5 grid are displaced, 0–3.</summary>
    public double Elastic { get; init; } = 1;

    /// <summary>
    /// Fraction of the steps after which the pictures come as they are, 0–1: the normalisations' statistics and the last small steps then fit
    /// what the network will read.
    /// </summary>
    public double Until { get; init; } = 0.9;
}
