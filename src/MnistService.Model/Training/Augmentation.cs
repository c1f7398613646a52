using MnistService.Model.Imaging;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace MnistService.Model.Training;

/// <summary>Distorts a batch of pictures on its device: rotation, zoom, shear and shift by one affine map, and elastic displacement.</summary>
internal sealed class Augmentation(AugmentationSettings settings)
{
    /// <param name="pictures">[B,1,28,28] float32, 0 = paper: what comes in from outside the frame is 0 too.</param>
    /// <param name="generator">A generator of the CPU.</param>
    /// <returns>[B,1,28,28], new.</returns>
    internal Tensor Apply(Tensor pictures, Generator generator)
    {
        var count = pictures.shape[0];
        // grid_sample asks, for each pixel of the result, where in the source it lies, in [-1, 1]²: the maps below go that way.
        var random = Uniform([7, count], generator);                            // [7,B] in [-1,1]
        var angle = random[0] * (settings.Rotation * Math.PI / 180);
        var shear = random[1] * settings.Shear;
        var (zoomX, zoomY) = (random[2] * settings.Zoom + 1, random[3] * settings.Zoom + 1);
        var (shiftX, shiftY) = (random[4] * (2 * settings.Shift), random[5] * (2 * settings.Shift));
        var (cos, sin) = (angle.cos(), angle.sin());
        // rows of [B,2,3]: rotation · shear · zoom, then shift
        var x = stack([cos * zoomX, (cos * shear - sin) * zoomY, shiftX], dim: 1);
        var y = stack([sin * zoomX, (sin * shear + cos) * zoomY, shiftY], dim: 1);
        var grid = affine_grid(stack([x, y], dim: 1), [count, 1, DigitImage.Side, DigitImage.Side], align_corners: false); // [B,28,28,2]
        if (settings.Elastic > 0)
        {
            var coarse = Uniform([count, 2, 5, 5], generator).mul_(settings.Elastic * 2 / DigitImage.Side);
            var smooth = interpolate(coarse, size: [DigitImage.Side, DigitImage.Side], mode: InterpolationMode.Bicubic, align_corners: true);
            grid = grid.add_(smooth.permute(0, 2, 3, 1));
        }
        return grid_sample(pictures, grid.to(pictures.device), GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false);
    }

    private static Tensor Uniform(long[] shape, Generator generator) => rand(shape, generator: generator).mul_(2).sub_(1);
}
