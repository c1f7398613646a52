using MnistService.Drawings;
using MnistService.Model.Imaging;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging.Interpretations;

/// <summary>Pages with a vertical bar, the ink, and something that the usual interpretation takes for the ink.</summary>
public sealed class ReadInterpretationsTests
{
    private const int Width = 400, Height = 300;

    private static readonly SKRect Bar = new(100, 120, 112, 200);

    [Fact]
    public void Ink_beside_a_stain_has_the_strongest_color()
    {
        var found = Read(Draw(SKColors.White, SKColors.Black, (canvas, paint) =>
        {
            paint.Color = new(200, 120, 60);
            canvas.DrawCircle(300, 100, 70, paint);
        }));
        Assert.False(IsBar(found[InterpretationKind.Usual]));
        Assert.True(IsBar(found[InterpretationKind.StrongestColor]));
    }

    [Fact]
    public void Black_ink_on_wide_blue_lines_is_common_to_all_channels()
    {
        var found = Read(Draw(SKColors.White, SKColors.Black, (canvas, paint) =>
        {
            (paint.Color, paint.StrokeWidth) = (new(40, 90, 230), 5);
            for (var at = 3; at < Width; at += 12)
            {
                canvas.DrawLine(at, 0, at + 10, Height, paint);
                canvas.DrawLine(0, at, Width, at + 10, paint);
            }
        }));
        Assert.False(found.TryGetValue(InterpretationKind.Usual, out var usual) && IsBar(usual));
        Assert.True(IsBar(found[InterpretationKind.CommonInk]));
    }

    [Theory]
    [InlineData(255, 0, 110)] // black ink on gray lines on white paper
    [InlineData(0, 255, 150)] // white ink on gray lines on black paper
    public void Ink_on_wide_gray_lines_is_darker_or_lighter_than_everything_else(byte paper, byte ink, byte lines)
    {
        var found = OnGrayLines(paper, ink, lines, width: 6);
        Assert.All(found.Where(each => each.Key < InterpretationKind.DarkestInk), other => Assert.False(IsBar(other.Value)));
        Assert.True(IsBar(found[InterpretationKind.DarkestInk]));
    }

    [Fact]
    public void Thin_lines_that_are_nearer_to_the_ink_than_to_the_paper_are_not_the_darkest_ink() =>
        Assert.True(IsBar(OnGrayLines(paper: 255, ink: 0, lines: 110, width: 1)[InterpretationKind.DarkestInk]));

    private static Dictionary<InterpretationKind, DigitImage> OnGrayLines(byte paper, byte ink, byte lines, float width) => Read(Draw(new(paper, paper, paper), new(ink, ink, ink), (canvas, paint) =>
    {
        (paint.Color, paint.StrokeWidth) = (new(lines, lines, lines), width);
        for (var at = 3; at < Width; at += 12)
        {
            canvas.DrawLine(at, 0, at + 10, Height, paint);
            canvas.DrawLine(0, at, Width, at + 10, paint);
        }
    }));

    [Fact]
    public void Chalk_in_a_black_frame_has_the_other_polarity()
    {
        var found = Read(Draw(new(30, 80, 60), new(150, 170, 160), (canvas, paint) =>
        {
            (paint.Color, paint.Style, paint.StrokeWidth) = (SKColors.Black, SKPaintStyle.Stroke, 24);
            canvas.DrawLine(20, 20, 380, 24, paint);
            canvas.DrawLine(20, 280, 380, 276, paint);
        }));
        Assert.True(IsBar(found[InterpretationKind.OtherPolarity]));
    }

    [Fact]
    public void Ink_in_a_net_of_lines_is_thick()
    {
        var found = Read(Draw(SKColors.White, SKColors.Black, (canvas, paint) =>
        {
            (paint.Color, paint.StrokeWidth) = (SKColors.Black, 2);
            for (var at = -Height; at < Width; at += 25)
            {
                canvas.DrawLine(at, 0, at + Height, Height, paint);
                canvas.DrawLine(at + Height, 0, at, Height, paint);
            }
        }));
        Assert.True(IsBar(found[InterpretationKind.ThickStrokes]));
    }

    [Fact]
    public void Ink_on_an_underline_is_read_without_it()
    {
        var found = Read(Draw(SKColors.White, SKColors.Black, (canvas, paint) => canvas.DrawRect(new(70, 184, 142, 190), paint)));
        Assert.False(IsBar(found[InterpretationKind.Usual]));
        Assert.True(IsBar(found[InterpretationKind.WithoutUnderline]));
    }

    [Fact]
    public void Ink_that_crosses_a_circle_has_no_enclosure()
    {
        var found = Read(Draw(SKColors.White, SKColors.Black, (canvas, paint) =>
        {
            (paint.Color, paint.Style, paint.StrokeWidth) = (SKColors.Black, SKPaintStyle.Stroke, 5);
            canvas.DrawCircle(106, 190, 60, paint); // the bar begins 10 pixels above it
        }));
        Assert.False(IsBar(found[InterpretationKind.Usual]));
        Assert.True(IsBar(found[InterpretationKind.WithoutEnclosure]));
    }

    [Fact]
    public void Ink_on_paper_on_a_dark_table_is_on_the_mark()
    {
        var found = Read(Draw(SKColors.Black, SKColors.Black, (canvas, paint) =>
        {
            paint.Color = SKColors.White;
            canvas.DrawRect(new(75, 105, 150, 215), paint); // a sheet is larger
        }));
        Assert.False(IsBar(found[InterpretationKind.Usual]));
        Assert.True(IsBar(found[InterpretationKind.OnMark]));
    }

    [Fact]
    public void Ink_beside_a_bracket_is_the_main_component()
    {
        var found = Read(Draw(SKColors.White, SKColors.Black, (canvas, paint) => canvas.DrawRect(new(128, 125, 132, 195), paint)));
        Assert.False(IsBar(found[InterpretationKind.Usual]));
        Assert.True(IsBar(found[InterpretationKind.MainComponent]));
    }

    [Fact]
    public void Ink_far_from_a_larger_mark_is_the_next_mark()
    {
        var found = Read(Draw(SKColors.White, SKColors.Black, (canvas, paint) => canvas.DrawRect(new(250, 40, 330, 100), paint)));
        Assert.False(IsBar(found[InterpretationKind.Usual]));
        Assert.True(IsBar(found[InterpretationKind.NextMark]));
    }

    [Fact]
    public void Ink_at_a_dark_edge_is_on_the_whole_page()
    {
        var found = Read(Draw(SKColors.White, SKColors.Black, (canvas, paint) =>
        {
            paint.Color = new(90, 90, 90);
            canvas.DrawRect(new(0, 0, Width, 60), paint);
        }));
        Assert.True(IsBar(found[InterpretationKind.WholePage]));
    }

    [Fact]
    public void The_digit_has_a_box_in_each_interpretation()
    {
        var file = Draw(SKColors.White, SKColors.Black, (canvas, paint) => canvas.DrawRect(new(250, 40, 330, 100), paint));
        var found = ImageReader.ReadInterpretations(file, ImageOptions.Default).ToDictionary(each => each.Kind, each => each.Marks.DigitBox);
        Assert.Equal(new PixelBox(250, 40, 80, 60), found[InterpretationKind.Usual]);
        Assert.Equal(new PixelBox(100, 120, 12, 80), found[InterpretationKind.NextMark]);
    }

    /// <summary>The photo is decoded at a reduced size, and its orientation is applied: the bar lies.</summary>
    [Fact]
    public void The_box_is_in_pixels_of_the_upright_file()
    {
        var photo = Draw(SKColors.White, SKColors.Black, (_, _) => { }, scale: 10, SKEncodedImageFormat.Jpeg);
        byte[] turned = [.. photo[..2], .. Exif.Segment(Exif.Of(6)), .. photo[2..]];
        var box = ImageReader.ReadMarks(turned, ImageOptions.Default).DigitBox!.Value;
        Assert.InRange(Math.Abs(box.X - 1000) + Math.Abs(box.Y - 1000) + Math.Abs(box.Width - 800) + Math.Abs(box.Height - 120), 0, 60);
    }

    [Theory]
    [InlineData(InvertMode.Always)]
    [InlineData(InvertMode.Never)]
    public void A_stated_polarity_is_not_changed(InvertMode invert)
    {
        var file = Draw(SKColors.Gray, SKColors.Black, (canvas, paint) =>
        {
            paint.Color = SKColors.White;
            canvas.DrawRect(SKRect.Create(80, 100, 75, 110), paint); // a mark with ink on it
        });
        var kinds = ImageReader.ReadInterpretations(file, ImageOptions.Default with { Invert = invert }).Select(each => each.Kind).ToList();
        Assert.DoesNotContain(InterpretationKind.OtherPolarity, kinds);
        Assert.DoesNotContain(InterpretationKind.OnMark, kinds);
    }

    [Fact]
    public void Candidates_are_formed_only_if_all_digits_are_asked_for()
    {
        var file = PlainImages.Draw("47");
        Assert.All(ImageReader.ReadInterpretations(file, ImageOptions.Default), each => Assert.Empty(each.Marks.Candidates));
        var all = ImageReader.ReadInterpretations(file, ImageOptions.Default with { SeparateTouching = true });
        Assert.NotEmpty(all);
        Assert.All(all.Where(each => each.Kind < InterpretationKind.WithoutUnderline), each => Assert.Equal((2, 2), (each.Marks.Components, each.Marks.Candidates.Count(candidate => candidate.AtomCount == 1))));
    }

    [Fact]
    public void An_empty_page_has_no_interpretations() => Assert.Empty(ImageReader.ReadInterpretations(PlainImages.Draw(" "), ImageOptions.Default));

    [Fact]
    public void An_image_that_is_not_normalized_has_no_interpretations() =>
        Assert.Empty(ImageReader.ReadInterpretations(PlainImages.Draw("4"), ImageOptions.Default with { Normalize = NormalizeMode.Never }));

    /// <summary>A 12-megapixel photo is decoded at a reduced size, and again with more detail for its small digit.</summary>
    [Fact]
    public void A_small_digit_in_a_large_photo_has_all_its_detail()
    {
        var large = Draw(SKColors.White, SKColors.Black, (_, _) => { }, scale: 10, SKEncodedImageFormat.Jpeg);
        Assert.True(IsBar(Read(large)[InterpretationKind.Usual]));
    }

    private static Dictionary<InterpretationKind, DigitImage> Read(byte[] file) =>
        ImageReader.ReadInterpretations(file, ImageOptions.Default).ToDictionary(each => each.Kind, each => each.Marks.Digit!);

    /// <summary>Returns whether a digit is an upright bar of 20 rows and up to 4 columns.</summary>
    private static bool IsBar(DigitImage digit)
    {
        var pixels = digit.Pixels.Span;
        var (left, right, top, bottom) = (28, 0, 28, 0);
        for (var i = 0; i < pixels.Length; i++)
        {
            if (pixels[i] < 128) continue;
            (left, right, top, bottom) = (Math.Min(left, i % 28), Math.Max(right, i % 28), Math.Min(top, i / 28), Math.Max(bottom, i / 28));
        }
        return bottom - top >= 17 && right - left <= 4;
    }

    private static byte[] Draw(SKColor paper, SKColor ink, Action<SKCanvas, SKPaint> rest, float scale = 1, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var page = new SKBitmap((int)(Width * scale), (int)(Height * scale));
        using var canvas = new SKCanvas(page);
        using var paint = new SKPaint { IsAntialias = true };
        canvas.Scale(scale);
        canvas.Clear(paper);
        rest(canvas, paint);
        using var bar = new SKPaint { Color = ink };
        canvas.DrawRect(Bar, bar);
        using var file = page.Encode(format, 90);
        return file.ToArray();
    }
}
