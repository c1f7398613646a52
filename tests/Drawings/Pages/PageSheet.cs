using System.Text;
using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>The image of one scene while it is drawn, and its truth.</summary>
internal sealed class PageSheet : IDisposable
{
    private readonly SKBitmap _bitmap;
    private readonly StringBuilder _text = new();
    private readonly List<SKRect> _boxes = [];

    public PageSheet(PagePlan plan, Random random)
    {
        (Plan, Random) = (plan, random);
        _bitmap = new SKBitmap(new SKImageInfo(plan.Width, plan.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Canvas = new SKCanvas(_bitmap);
        Canvas.Clear(plan.Paper);
        Area = new SKRect(1, 1, plan.Width - 1, plan.Height - 1);
    }

    public PagePlan Plan { get; }

    public Random Random { get; }

    public SKCanvas Canvas { get; }

    public int Width => Plan.Width;

    public int Height => Plan.Height;

    /// <summary>The part of the image in which digits are placed. Kinds with a frame make it smaller.</summary>
    public SKRect Area { get; set; }

    /// <summary>Returns true with a probability of <paramref name="share"/>.</summary>
    public bool Flip(double share) => Random.NextDouble() < share;

    public float Between(float low, float high) => Handwriting.Between(Random, low, high);

    public int AnyDigit() => Random.Next(10);

    /// <summary>Writes a digit in the scene's hand, centered at (0, 0).</summary>
    /// <param name="height">Height in pixels; null for the plan's. Smaller if the digit does not fit into the area.</param>
    public InkShape Compose(int digit, float? height = null)
    {
        var size = MathF.Min(height ?? Plan.Digit, Area.Height * 0.97f);
        var pen = Plan.PenPixels(size);
        var strokes = Plan.Hand.Write(digit, pen / size, Random);
        return Sized(strokes, size, pen) with { Digit = digit };
    }

    /// <summary>Scales strokes of height 1, pen included, to this height.</summary>
    public InkShape Sized(IReadOnlyList<SKPoint[]> strokes, float height, float pen) =>
        new InkShape(InkShape.Scaled(strokes, MathF.Max(1, height - pen)), pen).Within(Area.Width * 0.98f, Area.Height * 0.98f);

    /// <summary>Moves ink to a random place inside the area; one in three in its middle.</summary>
    public InkShape Place(InkShape ink)
    {
        var (freeX, freeY) = (MathF.Max(0, Area.Width - ink.Bounds.Width) / 2, MathF.Max(0, Area.Height - ink.Bounds.Height) / 2);
        var (x, y) = Random.Next(3) == 0 ? (0, 0) : (Between(-1, 1), Between(-1, 1));
        return ink.CenteredAt(Area.MidX + x * freeX, Area.MidY + y * freeY);
    }

    /// <summary>Writes a random digit at a random place and adds it to the truth.</summary>
    /// <param name="height">Height in pixels; null for the plan's.</param>
    public void WriteAnyDigit(float? height = null) => Write(Place(Compose(AnyDigit(), height)));

    /// <summary>Draws a digit and adds it to the truth.</summary>
    public void Write(InkShape digit)
    {
        Lay(digit);
        _text.Append(digit.Digit!.Value);
        _boxes.Add(digit.Bounds);
    }

    /// <summary>Draws ink that is not part of the truth.</summary>
    public void Lay(InkShape ink, Pen? pen = null, SKColor? color = null) => (pen ?? Plan.Pen)(Canvas, ink.Strokes, ink.Pen, color ?? Plan.Ink);

    /// <summary>Draws with the canvas rotated around a point.</summary>
    public void Rotated(float degrees, SKPoint center, Action draw)
    {
        Canvas.Save();
        Canvas.RotateDegrees(degrees, center.X, center.Y);
        draw();
        Canvas.Restore();
    }

    /// <summary>Starts a new line in the truth.</summary>
    public void EndLine() => _text.Append('\n');

    /// <summary>Applies light and blur, and encodes the image.</summary>
    public (byte[] Bytes, PageTruth Truth) Encode()
    {
        Canvas.Flush();
        if (Plan.Blur > 0.1f) BlurAll();
        Plan.Light?.Invoke(_bitmap, Random);
        using var data = Plan.Jpeg is { } quality ? _bitmap.Encode(SKEncodedImageFormat.Jpeg, quality) : _bitmap.Encode(SKEncodedImageFormat.Png, 100);
        var image = new SKRectI(0, 0, Width, Height);
        return (data.ToArray(), new(_text.Length > 0 ? _text.ToString() : PageTruth.None, [.. _boxes.Select(box => SKRectI.Intersect(SKRectI.Ceiling(box, outwards: true), image))]));
    }

    public void Dispose()
    {
        Canvas.Dispose();
        _bitmap.Dispose();
    }

    private void BlurAll()
    {
        using var copy = _bitmap.Copy();
        using var filter = SKImageFilter.CreateBlur(Plan.Blur, Plan.Blur, SKShaderTileMode.Clamp);
        using var paint = new SKPaint { ImageFilter = filter };
        Canvas.Clear(Plan.Paper);
        Canvas.DrawBitmap(copy, 0, 0, SKSamplingOptions.Default, paint);
        Canvas.Flush();
    }
}
