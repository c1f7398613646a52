using System.Runtime.CompilerServices;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// Applies random augmentation to images: rotation, zoom, shear and shift as one affine transform, plus elastic deformation. Each output pixel
/// is mapped to a position in the source image and sampled with bilinear interpolation. Not thread-safe.
/// </summary>
internal sealed class Augmentation(AugmentationSettings settings)
{
    private const int Side = DigitImage.Side, Points = 5;
    private const float Middle = (Side - 1) / 2f;

    // Row stride of the source image, in pixels. A border of two paper pixels pads the image, so that positions outside the image sample paper.
    private const int Stride = Side + 4;

    private static readonly float[] Smoothing = CubicWeights();

    private readonly float[] _source = new float[Stride * Stride];
    private readonly float[] _coarse = new float[2 * Points * Points];
    private readonly float[] _half = new float[2 * Side * Points];
    private readonly float[] _elastic = new float[2 * Side * Side];

    /// <summary>Augments one image.</summary>
    /// <param name="picture">[784] bytes, row-major, 0 = paper, 255 = ink.</param>
    /// <param name="random">Random numbers for the transform. The number of draws depends only on the settings.</param>
    /// <param name="distorted">[784]; receives the augmented image with values 0–255.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // without AggressiveOptimization, tiered compilation would run unoptimized code in the first steps
    internal void Apply(ReadOnlySpan<byte> picture, RandomStream random, Span<float> distorted)
    {
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++) _source[(y + 2) * Stride + x + 2] = picture[y * Side + x];
        var angle = random.Signed() * settings.Rotation * Math.PI / 180;
        var shear = random.Signed() * settings.Shear;
        var (zoomX, zoomY) = (1 + random.Signed() * settings.Zoom, 1 + random.Signed() * settings.Zoom);
        var (shiftX, shiftY) = (random.Signed() * settings.Shift * Side, random.Signed() * settings.Shift * Side);
        var (sin, cos) = Math.SinCos(angle);
        // The linear part of the transform is the product rotation · shear · zoom.
        var (xx, xy) = ((float)(cos * zoomX), (float)((cos * shear - sin) * zoomY));
        var (yx, yy) = ((float)(sin * zoomX), (float)((sin * shear + cos) * zoomY));
        var (originX, originY) = ((float)shiftX + Middle, (float)shiftY + Middle);
        if (settings.Elastic > 0) Displace(ref random, (float)settings.Elastic);

        for (int y = 0, i = 0; y < Side; y++)
        {
            var (rowX, rowY) = (originX + xy * (y - Middle), originY + yy * (y - Middle));
            for (var x = 0; x < Side; x++, i++)
            {
                var sourceX = rowX + xx * (x - Middle) + _elastic[i];
                var sourceY = rowY + yx * (x - Middle) + _elastic[Side * Side + i];
                distorted[i] = Sample(sourceX, sourceY);
            }
        }
    }

    /// <summary>Samples the padded source image with bilinear interpolation at a position in pixels. Pixels outside the image are paper (0).</summary>
    private float Sample(float x, float y)
    {
        x = Math.Clamp(x, -1.5f, Side + 0.5f) + 2;
        y = Math.Clamp(y, -1.5f, Side + 0.5f) + 2;
        var (column, row) = ((int)x, (int)y);
        var (right, down) = (x - column, y - row);
        var at = row * Stride + column;
        var upper = _source[at] + right * (_source[at + 1] - _source[at]);
        var lower = _source[at + Stride] + right * (_source[at + Stride + 1] - _source[at + Stride]);
        return upper + down * (lower - upper);
    }

    /// <summary>
    /// Computes the elastic displacement of every pixel. The points of a 5×5 grid are displaced at random, by at most <paramref name="most"/> pixels per axis.
    /// Cubic interpolation gives the displacements between the points.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Displace(ref RandomStream random, float most)
    {
        foreach (ref var value in _coarse.AsSpan()) value = random.Signed() * most;
        for (var axis = 0; axis < 2; axis++)
        {
            var coarse = _coarse.AsSpan(axis * Points * Points);
            var half = _half.AsSpan(axis * Side * Points);
            var fine = _elastic.AsSpan(axis * Side * Side);
            for (var y = 0; y < Side; y++)
                for (var column = 0; column < Points; column++)
                {
                    var sum = 0f;
                    for (var row = 0; row < Points; row++) sum += Smoothing[y * Points + row] * coarse[row * Points + column];
                    half[y * Points + column] = sum;
                }
            for (var y = 0; y < Side; y++)
                for (var x = 0; x < Side; x++)
                {
                    var sum = 0f;
                    for (var column = 0; column < Points; column++) sum += Smoothing[x * Points + column] * half[y * Points + column];
                    fine[y * Side + x] = sum;
                }
        }
    }

    /// <summary>
    /// Computes the weights of cubic convolution interpolation (Keys, 1981) with a = −0.75, as in PyTorch's bicubic interpolation. Beyond the edge, the edge
    /// points are repeated.
    /// </summary>
    /// <returns>[28×5] weights along one axis: one row per pixel, one column per grid point.</returns>
    private static float[] CubicWeights()
    {
        const double A = -0.75;
        var weights = new float[Side * Points];
        for (var pixel = 0; pixel < Side; pixel++)
        {
            var position = pixel * (Points - 1.0) / (Side - 1);
            var left = (int)position;
            for (var tap = -1; tap <= 2; tap++)
            {
                var distance = Math.Abs(position - (left + tap));
                var weight = distance <= 1
                    ? ((A + 2) * distance - (A + 3)) * distance * distance + 1
                    : ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
                weights[pixel * Points + Math.Clamp(left + tap, 0, Points - 1)] += (float)weight;
            }
        }
        return weights;
    }
}
