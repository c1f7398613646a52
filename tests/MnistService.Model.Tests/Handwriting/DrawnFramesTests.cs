using MnistService.Model.Handwriting;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Handwriting;

/// <summary>The drawn digits and non-digits that train the digit score.</summary>
public sealed class DrawnFramesTests
{
    [Fact]
    public void The_same_seed_gives_the_same_drawing()
    {
        Assert.Equal(DrawnFrames.Digit(new Random(7)), DrawnFrames.Digit(new Random(7)));
        Assert.NotEqual(DrawnFrames.Digit(new Random(7)), DrawnFrames.Digit(new Random(8)));
        Assert.Equal(DrawnFrames.NonDigit(new Random(7)), DrawnFrames.NonDigit(new Random(7)));
    }

    [Fact]
    public void Every_drawing_is_in_the_frame_of_MNIST()
    {
        var (random, centered, off) = (new Random(1), 0, 0);
        for (var i = 0; i < 2_000; i++)
        {
            var pixels = i % 2 == 0 ? DrawnFrames.Digit(random) : DrawnFrames.NonDigit(random);
            var (mass, x, y) = (0.0, 0.0, 0.0);
            var (left, top, right, bottom) = (28, 28, -1, -1);
            for (var at = 0; at < pixels.Length; at++)
            {
                (mass, x, y) = (mass + pixels[at], x + pixels[at] * (at % 28 + 0.5), y + pixels[at] * (at / 28 + 0.5));
                if (pixels[at] < 128) continue;
                (left, right, top, bottom) = (Math.Min(left, at % 28), Math.Max(right, at % 28), Math.Min(top, at / 28), Math.Max(bottom, at / 28));
            }
            Assert.InRange(Math.Max(right - left, bottom - top) + 1, 17, 21);
            if (pixels.All(pixel => pixel is 0 or 255)) continue; // hard edges: the faint parts of thin strokes are missing
            // The center of mass is moved only as far as the ink stays in the frame. The coverage of a few hairlines changes when
            // they are moved.
            if (left > 2 && right < 25) Centered(x / mass);
            if (top > 2 && bottom < 25) Centered(y / mass);
            if (left > 2 && right < 25 || top > 2 && bottom < 25) centered++;
        }
        Assert.InRange(centered, 1_000, 2_000);
        Assert.InRange(off, 0, 5);

        void Centered(double center)
        {
            Assert.InRange(center, 14, 15);
            if (center is < 14.2 or > 14.8) off++;
        }
    }

    [Fact]
    public void A_pair_shows_both_images_beside_each_other()
    {
        var random = new Random(1);
        var pair = DrawnFrames.Pair(random, DrawnFrames.Digit(random), DrawnFrames.Digit(random));
        var shape = new Plane(28, 28);
        for (var i = 0; i < pair.Length; i++) shape.Values[i] = pair[i];
        var box = shape.BoundsAbove(64);
        Assert.True(box.Width > box.Height, $"{box.Width}×{box.Height}");
    }

    [Fact]
    public void A_corner_stays_sharp_and_a_point_becomes_a_curve()
    {
        const string shape = "0,0 10,0! 10,10";
        var sharp = Glyph.Parse(shape).ToStrokes()[0];
        var round = Glyph.Parse(shape.Replace("!", "", StringComparison.Ordinal)).ToStrokes()[0];
        Assert.NotEmpty(sharp);
        Assert.All(sharp, point => Assert.True(point.Y < 1e-4 || point.X > 10 - 1e-4, $"{point}"));
        Assert.Contains(round, point => point.Y > 0.1 && point.X < 9.9 || point.X > 10.1 || point.Y < -0.1);
    }
}
