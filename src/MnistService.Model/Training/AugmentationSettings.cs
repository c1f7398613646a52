namespace MnistService.Model.Training;

/// <summary>Bounds of the random augmentation. The values of each image are uniform between minus and plus the bound.</summary>
public sealed record AugmentationSettings
{
    /// <summary>Largest rotation in degrees, 0–45.</summary>
    public double Rotation { get; init; } = 15;

    /// <summary>Largest zoom as a fraction of the size, 0–0.5. Each axis is zoomed independently.</summary>
    public double Zoom { get; init; } = 0.15;

    /// <summary>Largest shift as a fraction of the width and of the height, 0–0.5.</summary>
    public double Shift { get; init; } = 0.06;

    /// <summary>Largest shear (slant): horizontal shift per unit of height, 0–0.5.</summary>
    public double Shear { get; init; } = 0.15;

    /// <summary>Elastic deformation: the largest displacement of the points of a 5×5 grid, in pixels per axis, 0–3.</summary>
    public double Elastic { get; init; } = 1;

    /// <summary>
    /// Fraction of the training steps that use augmentation, 0–1. The remaining steps use unmodified images, so that the batch norm statistics and
    /// the last small steps match the images at inference.
    /// </summary>
    public double Until { get; init; } = 0.9;
}
