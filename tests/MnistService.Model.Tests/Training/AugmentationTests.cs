using MnistService.Model.Runtime;
using MnistService.Model.Training;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Training;

public sealed class AugmentationTests
{
    private static readonly AugmentationSettings None = new() { Rotation = 0, Zoom = 0, Shift = 0, Shear = 0, Elastic = 0 };

    public AugmentationTests() => TorchRuntime.Load();

    [Fact]
    public void Bounds_of_zero_change_nothing()
    {
        using var scope = NewDisposeScope();
        var pictures = rand(4, 1, 28, 28).mul_(255);
        Assert.True((Distort(None, pictures) - pictures).abs().max().item<float>() < 0.02);
    }

    [Fact]
    public void Each_picture_is_shifted_by_at_most_the_bound()
    {
        using var scope = NewDisposeScope();
        var pictures = zeros(64, 1, 28, 28);
        pictures[.., .., 13..15, 13..15] = 255; // centre of mass at (14, 14)
        var shifted = Distort(None with { Shift = 0.1 }, pictures);
        var columns = arange(28).add(0.5f);
        var centres = (shifted.sum(2) * columns).sum(2) / shifted.sum([2, 3]) - 14; // [64,1] pixels to the right
        Assert.InRange(centres.abs().max().item<float>(), 1.5f, 2.81f);
        Assert.True(centres.std().item<float>() > 1);
    }

    [Theory]
    [InlineData(10, 0, 0, 0)]
    [InlineData(0, 0.1, 0, 0)]
    [InlineData(0, 0, 0.1, 0)]
    [InlineData(0, 0, 0, 0.7)]
    public void Each_distortion_moves_ink_a_little_and_keeps_most_of_it(double rotation, double zoom, double shear, double elastic)
    {
        using var scope = NewDisposeScope();
        var pictures = zeros(32, 1, 28, 28);
        pictures[.., .., 6..22, 10..13] = 255;
        var distorted = Distort(new() { Rotation = rotation, Zoom = zoom, Shear = shear, Elastic = elastic, Shift = 0 }, pictures);
        var ratio = distorted.sum([1, 2, 3]) / pictures.sum([1, 2, 3]);
        Assert.True((distorted - pictures).abs().max().item<float>() > 10);
        Assert.InRange(ratio.min().item<float>(), 0.7f, 1f);
        Assert.InRange(ratio.max().item<float>(), 1f, 1.4f);
    }

    [Fact]
    public void The_same_random_stream_gives_the_same_distortions()
    {
        using var scope = NewDisposeScope();
        using var random = new RandomStreams(7);
        var pictures = rand(4, 1, 28, 28).mul_(255);
        var augmentation = new Augmentation(new());
        var first = augmentation.Apply(pictures, random.Distortions(3));
        var other = augmentation.Apply(pictures, random.Distortions(4));
        Assert.True(first.allclose(augmentation.Apply(pictures, random.Distortions(3)), 0, 0));
        Assert.False(first.allclose(other));
    }

    private static Tensor Distort(AugmentationSettings settings, Tensor pictures)
    {
        using var random = new RandomStreams(1);
        return new Augmentation(settings).Apply(pictures, random.Distortions(1));
    }
}
