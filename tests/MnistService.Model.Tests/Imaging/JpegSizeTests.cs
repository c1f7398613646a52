using MnistService.Drawings;
using MnistService.Model.Imaging;
using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;
using static MnistService.Model.Tests.Imaging.ImagePixels;

namespace MnistService.Model.Tests.Imaging;

/// <summary>Large JPEGs are decoded at a reduced size; a small digit in them, at a size with enough detail. A JPEG without its end marker is read.</summary>
public sealed class JpegSizeTests
{
    [Theory]
    [InlineData(1500, 1000, 1)]
    [InlineData(1920, 1080, 2)]
    [InlineData(4000, 3000, 4)]
    [InlineData(3000, 4000, 4)]
    [InlineData(9248, 6936, 8)]
    [InlineData(20_000, 3_000, 8)]
    public void The_reduced_image_keeps_at_least_800_pixels_and_as_few_as_it_can(int width, int height, int reduction) =>
        Assert.Equal(reduction, ImageDecoder.ReductionFor(new JpegHeader(width, height, IsSingleScan: true, 0)));

    [Fact]
    public void A_jpeg_with_several_scans_is_not_reduced() =>
        Assert.Equal(1, ImageDecoder.ReductionFor(new JpegHeader(4000, 3000, IsSingleScan: false, 0)));

    [Theory]
    [InlineData(1800, 4)] // a large digit: the reduced image suffices
    [InlineData(400, 2)] // 100 pixels at a reduction of 4
    [InlineData(130, 1)]
    public void A_digit_has_at_least_120_pixels_after_reduction(int digit, int reduction)
    {
        var file = new Scene("photo", 4000, 3000, digit, digit / 12f) { Jpeg = 90, Place = null, Light = null }.Draw(2, new Random(5));
        using var first = ImageDecoder.Decode(file, ImageOptions.Default);
        Assert.Equal(4, first.Reduction);
        var located = DigitNormalizer.Locate(first, ImageOptions.Default);
        Assert.Equal(reduction, DigitNormalizer.ReductionFor(located, first, ImageOptions.Default) ?? 4);
        // The digit is the same at each size: the network inputs differ by the resampling only.
        var small = new Scene("scan", 1000, 750, 450, 450 / 12f) { Place = (0.5f, 0.5f) }.Draw(2, new Random(5));
        Assert.InRange(Difference(Pixels(small), Pixels(file)), 0, 8);
    }

    /// <summary>Reading marks decodes the file up to three times, for the page, the digit and the marks.</summary>
    [Theory]
    [InlineData(1800, false)]
    [InlineData(400, false)]
    [InlineData(130, false)]
    [InlineData(130, true)]
    public void Reading_marks_gives_the_same_digit(int digit, bool separateTouching)
    {
        var file = new Scene("photo", 4000, 3000, digit, digit / 12f) { Jpeg = 90, Place = (0.3f, 0.6f) }.Draw(2, new Random(5));
        var marks = ImageReader.ReadMarks(file, ImageOptions.Default with { SeparateTouching = separateTouching });
        Assert.Equal(ImageReader.Read(file, ImageOptions.Default).Pixels.ToArray(), marks.Digit!.Pixels.ToArray());
        Assert.Same(marks.Digit, marks.Candidates.MaxBy(candidate => candidate.AtomCount)!.Image);
    }

    [Fact]
    public void The_limits_of_pixels_depend_on_the_kind_of_jpeg()
    {
        var options = ImageOptions.Default with { MaxPixels = 100 * 100, MaxJpegPixels = 200 * 200 };
        var file = new Scene("photo", 150, 150, 100, 10) { Jpeg = 90 }.Draw(3, new Random(1));
        Assert.Equal(784, ImageReader.Read(file, options).Pixels.Length);
        Assert.Equal(ImageError.TooLarge, ErrorOf(file, options with { MaxJpegPixels = 149 * 150 }));
        // A progressive file of the same image: SOF2 instead of SOF0 is enough for the header.
        var progressive = file.ToArray();
        progressive[file.AsSpan().IndexOf<byte>([0xFF, 0xC0]) + 1] = 0xC2;
        Assert.Equal(ImageError.TooLarge, ErrorOf(progressive, options));
    }

    [Fact]
    public void A_jpeg_without_its_end_marker_is_read_if_all_rows_are_there()
    {
        var file = new Scene("photo", 640, 480, 240, 12) { Jpeg = 90 }.Draw(3, new Random(1));
        Assert.Equal([0xFF, 0xD9], file[^2..]);
        Assert.Equal(Pixels(file), Pixels(file[..^2]));
        Assert.Equal(ImageError.Unreadable, ErrorOf(file[..(file.Length * 9 / 10)], ImageOptions.Default));
    }

    private static ImageError ErrorOf(byte[] file, ImageOptions options) => Assert.Throws<ImageException>(() => ImageReader.Read(file, options)).Error;
}
