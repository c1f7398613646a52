using MnistService.Drawings;
using MnistService.Model.Imaging;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging;

/// <summary>One picture in all the ways that a PNG can hold it: what the network gets is the same, to the last bit.</summary>
public sealed class PictureFormatTests
{
    private const int Width = 61, Height = 67; // no multiple of 8, so that rows end within a byte and every Adam7 pass is cut

    /// <summary>A dark digit on white in so many grey levels, one sample a byte.</summary>
    private static byte[] Samples(int levels)
    {
        using var picture = SKBitmap.Decode(new Scene("plain", Width, Height, 50, 6).Draw(3, new Random(3)));
        return [.. picture.Pixels.Select(pixel => (byte)Math.Round(pixel.Red * (levels - 1) / 255.0))];
    }

    private static byte[] Eight(int levels) => [.. Samples(levels).Select(sample => (byte)(sample * 255 / (levels - 1)))];

    private static byte[] Read(PngWriter file) => PictureReader.Read(file.End().ToArray(), PictureOptions.Default).Pixels.ToArray();

    private static PngWriter Png(byte depth, byte colour, bool interlaced = false) => new PngWriter().Header(Width, Height, depth, colour, (byte)(interlaced ? 1 : 0));

    private static byte[] Plain(byte[] grey) => Read(Png(8, PngWriter.Grey).Data(PngWriter.Rows(grey, Width)));

    private static byte[] Each(byte[] samples, Func<byte, byte[]> pixel) => [.. samples.SelectMany(pixel)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Grey_bytes_under_every_filter_are_what_skia_makes_of_them(int filter)
    {
        // Filtered bytes may be anything: noise under a filter is a picture too. 5: another filter in each row.
        var (random, rows) = (new Random(filter), new byte[28 * 29]);
        random.NextBytes(rows);
        for (var y = 0; y < 28; y++) rows[y * 29] = (byte)(filter == 5 ? random.Next(5) : filter);
        var file = new PngWriter().Header(28, 28, 8, PngWriter.Grey).Data(rows).End().ToArray();
        using var oracle = SKBitmap.Decode(file, new SKImageInfo(28, 28, SKColorType.Gray8));
        using var picture = Model.Imaging.Decoding.PictureDecoder.Decode(file, 784);
        Assert.Equal(oracle.GetPixelSpan(), picture.Raster.Pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Grey_of_few_bits(byte bits) =>
        Assert.Equal(Plain(Eight(1 << bits)), Read(Png(bits, PngWriter.Grey).Data(PngWriter.PackedRows(Samples(1 << bits), Width, bits))));

    [Fact]
    public void Grey_of_16_bits() =>
        Assert.Equal(Plain(Eight(256)), Read(Png(16, PngWriter.Grey).Data(PngWriter.Rows(Each(Eight(256), g => [g, g]), 2 * Width))));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Palette(byte bits)
    {
        var levels = 1 << bits;
        byte[] palette = [.. Enumerable.Range(0, levels).SelectMany(i => Enumerable.Repeat((byte)(i * 255 / (levels - 1)), 3))];
        Assert.Equal(Plain(Eight(levels)), Read(Png(bits, PngWriter.Palette).Chunk("PLTE", palette).Data(PngWriter.PackedRows(Samples(levels), Width, bits))));
    }

    [Fact]
    public void Palette_with_transparency()
    {
        byte[] palette = [0, 0, 0, 200, 10, 10]; // ink, and a red that nobody sees
        Assert.Equal(Plain(Eight(2)), Read(Png(1, PngWriter.Palette).Chunk("PLTE", palette).Chunk("tRNS", [255, 0]).Data(PngWriter.PackedRows(Samples(2), Width, 1))));
    }

    [Fact]
    public void Grey_and_alpha() =>
        Assert.Equal(Plain(Eight(256)), Read(Png(8, PngWriter.GreyAlpha).Data(PngWriter.Rows(Each(Eight(256), g => [g, 255]), 2 * Width))));

    [Fact]
    public void Ink_in_the_alpha_alone() =>
        Assert.Equal(Plain(Eight(256)), Read(Png(8, PngWriter.GreyAlpha).Data(PngWriter.Rows(Each(Eight(256), g => [0, (byte)(255 - g)]), 2 * Width))));

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Rgb_and_rgba(byte depth)
    {
        var bytes = depth / 8;
        byte[] Wide(params byte[] samples) => Each(samples, s => [.. Enumerable.Repeat(s, bytes)]);
        Assert.Equal(Plain(Eight(256)), Read(Png(depth, PngWriter.Rgb).Data(PngWriter.Rows(Each(Eight(256), g => Wide(g, g, g)), 3 * bytes * Width))));
        Assert.Equal(Plain(Eight(256)), Read(Png(depth, PngWriter.Rgba).Data(PngWriter.Rows(Each(Eight(256), g => Wide(g, g, g, 255)), 4 * bytes * Width))));
    }

    [Fact]
    public void Interlaced()
    {
        Assert.Equal(Plain(Eight(256)), Read(Png(8, PngWriter.Grey, interlaced: true).Data(PngWriter.InterlacedRows(Eight(256), Width, Height, 1))));
        Assert.Equal(Plain(Eight(256)), Read(Png(8, PngWriter.Rgb, interlaced: true).Data(PngWriter.InterlacedRows(Each(Eight(256), g => [g, g, g]), Width, Height, 3))));
    }

    [Fact]
    public void Data_in_many_small_chunks()
    {
        var whole = Png(8, PngWriter.Grey).Data(PngWriter.Rows(Eight(256), Width)).ToArray();
        var data = whole.AsSpan(33 + 8, whole.Length - 33 - 12); // after signature and header, between length + type and checksum
        var split = Png(8, PngWriter.Grey);
        for (var start = 0; start < data.Length; start += 7) split.Chunk("IDAT", data.Slice(start, Math.Min(7, data.Length - start)));
        Assert.Equal(Plain(Eight(256)), Read(split));
    }

    [Fact]
    public void An_animation_shows_its_first_frame()
    {
        var rows = PngWriter.Rows(Eight(256), Width);
        byte[] frame = [0, 0, 0, 0, 0, 0, 0, Width, 0, 0, 0, Height, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 10, 0, 0];
        Assert.Equal(Plain(Eight(256)), Read(Png(8, PngWriter.Grey)
            .Chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]).Chunk("fcTL", frame).Data(rows).Chunk("fcTL", frame).Chunk("fdAT", [0, 0, 0, 2, 1, 2, 3])));
    }

    [Fact]
    public void What_follows_the_picture_and_what_surrounds_it_is_ignored()
    {
        var rows = PngWriter.Rows(Eight(256), Width);
        var file = Png(8, PngWriter.Grey).Chunk("tEXt", new byte[2_000_000]).Chunk("iCCP", new byte[500_000]).Data(rows).End().ToArray();
        Assert.Equal(Plain(Eight(256)), PictureReader.Read([.. file, .. new byte[1000]], PictureOptions.Default).Pixels.ToArray());
    }

    [Fact]
    public void A_jpeg_turned_by_the_camera_is_read_upright()
    {
        using var upright = SKBitmap.Decode(new Scene("plain", 90, 120, 90, 10).Draw(7, new Random(7)));
        using var turned = new SKBitmap(120, 90);
        for (var y = 0; y < 120; y++)
            for (var x = 0; x < 90; x++) turned.SetPixel(y, 89 - x, upright.GetPixel(x, y)); // as orientation 6 stores it
        using var plain = upright.Encode(SKEncodedImageFormat.Jpeg, 95);
        using var stored = turned.Encode(SKEncodedImageFormat.Jpeg, 95);
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        byte[] tagged = [.. stored.ToArray()[..2], .. exif, .. stored.ToArray()[2..]];
        var (expected, found) = (PictureReader.Read(plain.ToArray(), PictureOptions.Default), PictureReader.Read(tagged, PictureOptions.Default));
        var difference = expected.Pixels.ToArray().Zip(found.Pixels.ToArray(), (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(difference, 0, 3); // JPEG's rounding
    }
}
