using System.Security.Cryptography;
using MnistService.Model.Datasets;
using MnistService.Model.Handwriting;
using MnistService.Model.Handwriting.Strokes;

namespace MnistService.Model.Tests.Handwriting;

/// <summary>Digits drawn from random pen strokes for training and for evaluation.</summary>
public sealed class StrokeDigitsTests
{
    public static TheoryData<bool> Sets => [false, true];

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_seed_determines_the_images(bool isHeldOut)
    {
        Assert.Equal(Hash(Draw(isHeldOut, 300, 7)), Hash(Draw(isHeldOut, 300, 7)));
        Assert.NotEqual(Hash(Draw(isHeldOut, 300, 7)), Hash(Draw(isHeldOut, 300, 8)));
    }

    /// <summary>A different hash on another machine means that two machines would train on different images.</summary>
    [Theory]
    [InlineData(false, "1F15B25DA1833281E4F59283CA8AC45B11E279C9E882570145D57C2763D9F13B")]
    [InlineData(true, "B4D8BF361E8070BA4805F362B63DA43B261935124894CFA01E6B7BE33FFD479A")]
    public void The_images_are_the_same_on_every_machine(bool isHeldOut, string hash) => Assert.Equal(hash, Hash(Draw(isHeldOut, 1_000, 1)));

    [Fact]
    public void The_number_of_threads_does_not_matter()
    {
        Assert.Equal(Hash(StrokeDigits.Draw(500, 3, threads: 1)), Hash(StrokeDigits.Draw(500, 3, threads: 7)));
        Assert.Equal(Hash(StrokeDigits.DrawHeldOut(500, 3, threads: 1)), Hash(StrokeDigits.DrawHeldOut(500, 3, threads: 7)));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_classes_are_balanced_and_mixed(bool isHeldOut)
    {
        var labels = Draw(isHeldOut, 1_004, 1).Labels;
        Assert.All(Enumerable.Range(0, 10), digit => Assert.InRange(labels.Count(label => label == digit), 100, 101));
        Assert.Equal(10, labels.Take(100).Distinct().Count());
        Assert.NotEqual(labels, Draw(isHeldOut, 1_004, 2).Labels);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_image_is_in_the_frame_of_MNIST(bool isHeldOut)
    {
        var images = Draw(isHeldOut, 3_000, 1);
        for (var i = 0; i < images.Count; i++)
        {
            var pixels = images.Pixels.AsSpan(i * 784, 784);
            var (left, top, right, bottom) = (28, 28, -1, -1);
            for (var at = 0; at < pixels.Length; at++)
            {
                if (pixels[at] < 100) continue;
                (left, right, top, bottom) = (Math.Min(left, at % 28), Math.Max(right, at % 28), Math.Min(top, at / 28), Math.Max(bottom, at / 28));
            }
            Assert.InRange(Math.Max(right - left, bottom - top) + 1, 17, 21);
        }
    }

    [Fact]
    public void Training_and_held_out_images_differ()
    {
        var training = Images(StrokeDigits.Draw(5_000, 1, threads: 2)).ToHashSet();
        Assert.True(training.Count > 4_990);
        Assert.DoesNotContain(Images(StrokeDigits.DrawHeldOut(5_000, 1, threads: 2)), training.Contains);
    }

    [Fact]
    public void Every_style_is_used()
    {
        var random = new StreamRandom(new RandomStream(1));
        for (var digit = 0; digit < 10; digit++)
        {
            var picked = Enumerable.Range(0, 500).Select(_ => DigitStyles.Pick(digit, random)).ToHashSet();
            Assert.Equal(DigitStyles.All[digit].Count, picked.Count);
        }
    }

    [Fact]
    public void The_flag_of_a_1_falls_more_than_the_bar_of_a_7()
    {
        var random = new StreamRandom(new RandomStream(1));
        var (ones, sevens) = (Flags(1), Flags(7));
        Assert.True(ones.Count > 500); // more than half of the 1s have a flag
        Assert.True(ones.Min(flag => flag!.MinFall) >= sevens.Max(flag => flag!.MaxFall) + 10);

        List<FlagLimit?> Flags(int digit) => [.. Enumerable.Range(0, 1_000).Select(_ => DigitStyles.Pick(digit, random).Draw(random).Flag).Where(flag => flag is not null)];
    }

    /// <summary>The random width, slant and rotation of a hand could turn the short bar of a 7 into the flag of a 1.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void A_held_out_1_cannot_be_taken_for_a_held_out_7(int digit)
    {
        var random = new StreamRandom(new RandomStream(1));
        var limited = GlyphShapes.Digits[digit].Where(glyph => glyph.Flag is not null).ToList();
        Assert.True(limited.Count >= 8);
        foreach (var glyph in limited)
        {
            for (var i = 0; i < 1_000; i++)
            {
                var (moved, hand) = Handwriter.Shape(glyph, random);
                Assert.True(moved.Flag!.Allows(hand));
            }
        }
        Assert.True(GlyphShapes.Digits[1].Max(glyph => glyph.Flag?.MinFall) >= GlyphShapes.Digits[7].Max(glyph => glyph.Flag?.MaxFall) + 8);
    }

    [Fact]
    public void Some_drawings_have_a_felt_pen_that_closes_loops()
    {
        var (strokes, _) = Hand.Write(DigitStyles8And9.Eight[0].Draw(new StreamRandom(new RandomStream(1))), new StreamRandom(new RandomStream(2)));
        var random = new StreamRandom(new RandomStream(3));
        var (thin, some) = (Ink(0), Ink(2.3));
        Assert.InRange(some.Count(ink => ink > thin.Max() + 20), 40, 140);

        List<int> Ink(double maxFeltHalfWidth) => [.. Enumerable.Range(0, 1_000).Select(_ => DigitPen.Draw(strokes, 1, maxFeltHalfWidth, random).Count(pixel => pixel > 127))];
    }

    private static LabeledImages Draw(bool isHeldOut, int count, long seed) => isHeldOut ? StrokeDigits.DrawHeldOut(count, seed, threads: 2) : StrokeDigits.Draw(count, seed, threads: 2);

    private static string Hash(LabeledImages images) => Convert.ToHexString(SHA256.HashData([.. images.Pixels, .. images.Labels]));

    private static IEnumerable<string> Images(LabeledImages images) => Enumerable.Range(0, images.Count).Select(i => Convert.ToHexString(images.Pixels.AsSpan(i * 784, 784)));
}
