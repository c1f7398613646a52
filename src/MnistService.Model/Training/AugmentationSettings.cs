namespace MnistService.Model.Training;

/// <summary>
/// Settings of the random augmentation of training images. Each property except <see cref="Until"/> is the bound of a random quantity: for each image, the
/// quantity is drawn uniformly from the range between minus the bound and plus the bound.
/// </summary>
public sealed record AugmentationSettings
{
    [Hyperparameter("Rotation", "Maximum rotation of an image, clockwise or counterclockwise.", Unit = "degrees", Least = 0, Most = 45)]
    public double Rotation { get; init; } = 15;

    [Hyperparameter("Zoom", "Maximum enlargement or reduction, as a fraction of the size. Each axis is zoomed independently.", Least = 0, Most = 0.5)]
    public double Zoom { get; init; } = 0.15;

    [Hyperparameter("Shift",
        "Maximum shift in each direction: horizontally as a fraction of the width, vertically as a fraction of the height.",
        Unit = "share of the width", Least = 0, Most = 0.5)]
    public double Shift { get; init; } = 0.06;

    [Hyperparameter("Shear", "Maximum shear (slant): horizontal shift per unit of height.", Least = 0, Most = 0.5)]
    public double Shear { get; init; } = 0.15;

    [Hyperparameter("Elastic distortion", "Elastic deformation: the maximum displacement of the points of a 5×5 grid, per axis.", Unit = "pixels", Least = 0, Most = 3)]
    public double Elastic { get; init; } = 1;

    [Hyperparameter("Augment until",
        "Fraction of the steps that use augmentation. The remaining steps use unmodified images, so that the batch norm statistics and the final weights match " +
        "the images at inference.",
        Unit = "share of the steps", Least = 0, Most = 1)]
    public double Until { get; init; } = 0.9;
}
