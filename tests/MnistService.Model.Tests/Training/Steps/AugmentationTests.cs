using MnistService.Model.Datasets;
using MnistService.Model.Native;
using MnistService.Model.Training;
using MnistService.Model.Training.Steps;
using MnistService.TestSupport;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Training.Steps;

public sealed class AugmentationTests
{
    private static readonly AugmentationSettings None = new() { Rotation = 0, Zoom = 0, Shift = 0, Shear = 0, Elastic = 0 };

    public AugmentationTests() => TorchRuntime.Load();

    [Fact]
    public void Bounds_of_zero_change_nothing()
    {
        var picture = RandomBytes.Create(784, seed: 1);
        Assert.All(picture.Zip(Distort(None, picture, 1)), pair => Assert.Equal(pair.First, pair.Second, 0.02f));
    }

    /// <summary>Compares with libtorch's affine_grid, bicubic interpolation and grid_sample, given the same random draws.</summary>
    [Theory]
    [InlineData(10, 0.1, 0.06, 0.1, 0.7)]
    [InlineData(45, 0.5, 0.5, 0.5, 3)]
    [InlineData(0, 0, 0.5, 0, 0)]
    [InlineData(0, 0, 0, 0, 3)]
    public void It_distorts_as_the_librarys_grids_do(double rotation, double zoom, double shift, double shear, double elastic)
    {
        var settings = new AugmentationSettings { Rotation = rotation, Zoom = zoom, Shift = shift, Shear = shear, Elastic = elastic };
        foreach (var seed in TestSeed.Each(1, 20))
        {
            var picture = RandomBytes.Create(784, seed);
            var (ours, theirs) = (Distort(settings, picture, seed), Oracle(settings, picture, seed));
            for (var i = 0; i < ours.Length; i++) Assert.Equal(theirs[i], ours[i], 0.05f);
        }
    }

    [Theory]
    [InlineData(10, 0, 0, 0)]
    [InlineData(0, 0.1, 0, 0)]
    [InlineData(0, 0, 0.1, 0)]
    [InlineData(0, 0, 0, 0.7)]
    public void Each_distortion_moves_ink_a_little_and_keeps_most_of_it(double rotation, double zoom, double shear, double elastic)
    {
        var picture = new byte[784];
        for (var row = 6; row < 22; row++) picture.AsSpan(row * 28 + 10, 3).Fill(255);
        var settings = new AugmentationSettings { Rotation = rotation, Zoom = zoom, Shear = shear, Elastic = elastic, Shift = 0 };
        foreach (var seed in TestSeed.Each(1, 32))
        {
            var distorted = Distort(settings, picture, seed);
            Assert.Contains(distorted.Zip(picture), pair => Math.Abs(pair.First - pair.Second) > 0.5);
            Assert.InRange(distorted.Sum() / picture.Sum(p => p), 0.7f, 1.4f);
        }
    }

    [Fact]
    public void Each_picture_of_each_step_is_distorted_in_its_own_way_and_always_the_same()
    {
        var (picture, random, augmentation) = (RandomBytes.Create(784, seed: 1), new RandomStreams(7), new Augmentation(new()));
        float[] Apply(int step, int place)
        {
            var distorted = new float[784];
            augmentation.Apply(picture, random.Distortion(step, place), distorted);
            return distorted;
        }
        var first = Apply(3, 0);
        Assert.NotEqual(first, Apply(3, 1));
        Assert.NotEqual(first, Apply(4, 0));
        Assert.Equal(first, Apply(3, 0));
    }

    private static float[] Distort(AugmentationSettings settings, byte[] picture, int seed)
    {
        var distorted = new float[784];
        new Augmentation(settings).Apply(picture, new RandomStreams(seed).Distortion(0, 0), distorted);
        return distorted;
    }

    private static float[] Oracle(AugmentationSettings settings, byte[] picture, int seed)
    {
        using var scope = NewDisposeScope();
        var random = new RandomStreams(seed).Distortion(0, 0);
        var angle = random.Signed() * settings.Rotation * Math.PI / 180;
        var shear = random.Signed() * settings.Shear;
        var (zoomX, zoomY) = (1 + random.Signed() * settings.Zoom, 1 + random.Signed() * settings.Zoom);
        var (shiftX, shiftY) = (random.Signed() * 2 * settings.Shift, random.Signed() * 2 * settings.Shift);
        var (sin, cos) = Math.SinCos(angle);
        var affine = tensor(new[] { cos * zoomX, (cos * shear - sin) * zoomY, shiftX, sin * zoomX, (sin * shear + cos) * zoomY, shiftY }).to(ScalarType.Float32).view(1, 2, 3);
        var grid = nn.functional.affine_grid(affine, [1, 1, 28, 28], align_corners: false); // [1,28,28,2]
        if (settings.Elastic > 0)
        {
            var draws = new float[50];
            for (var i = 0; i < draws.Length; i++) draws[i] = random.Signed() * (float)settings.Elastic * 2 / 28;
            var smooth = nn.functional.interpolate(tensor(draws, [1, 2, 5, 5]), size: [28, 28], mode: InterpolationMode.Bicubic, align_corners: true);
            grid = grid.add_(smooth.permute(0, 2, 3, 1));
        }
        var source = tensor(picture, [1, 1, 28, 28], dtype: ScalarType.Byte).to(ScalarType.Float32);
        return nn.functional.grid_sample(source, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false).data<float>().ToArray();
    }
}
