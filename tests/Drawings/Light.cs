using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>Camera and lighting effects on a sheet of paper.</summary>
internal static class Light
{
    /// <summary>Film grain: Gaussian noise with a standard deviation of <paramref name="levels"/> gray levels.</summary>
    public static Action<SKBitmap, Random> Grain(double levels) => (bitmap, random) => Change(bitmap, (_, _, value) => value + levels * Normal(random));

    /// <summary>Vignette: darker toward the corners, down to <paramref name="darkest"/> times the brightness of the center.</summary>
    public static Action<SKBitmap, Random> Vignette(double darkest) => (bitmap, _) => Change(bitmap, (x, y, value) =>
        value * (1 - (1 - darkest) * Math.Min(1, ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)) * 2)));

    /// <summary>Lamp on one side: brightness falls off across the sheet, down to <paramref name="darkest"/> times the full brightness.</summary>
    public static Action<SKBitmap, Random> Slope(double darkest) => (bitmap, _) => Change(bitmap, (x, y, value) =>
        value * (1 - (1 - darkest) * (0.7 * x + 0.3 * y)));

    /// <summary>Shadow of a hand over a part of the sheet, with an edge about 2 % of the sheet wide.</summary>
    public static Action<SKBitmap, Random> Shadow(double darkness) => (bitmap, random) =>
    {
        var at = 0.25 + 0.3 * random.NextDouble();
        Change(bitmap, (x, y, value) => value * (1 - (1 - darkness) / (1 + Math.Exp((x + 0.3 * y - at - 0.3) / 0.01))));
    };

    /// <summary>Dust and specks.</summary>
    public static Action<SKBitmap, Random> Specks(int count) => (bitmap, random) =>
    {
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = new SKColor(90, 90, 90), IsAntialias = true };
        for (var i = 0; i < count; i++)
            canvas.DrawCircle(bitmap.Width * random.NextSingle(), bitmap.Height * random.NextSingle(), 0.5f + 1.2f * random.NextSingle(), paint);
    };

    public static Action<SKBitmap, Random> Then(this Action<SKBitmap, Random> first, Action<SKBitmap, Random> second) => (bitmap, random) =>
    {
        first(bitmap, random);
        second(bitmap, random);
    };

    /// <summary>Ruled paper: faint blue lines.</summary>
    public static void Ruled(SKCanvas canvas, Random random) => Lines(canvas, 34, across: false);

    /// <summary>Squared paper: faint blue horizontal and vertical lines.</summary>
    public static void Squared(SKCanvas canvas, Random random) => Lines(canvas, 22, across: true);

    private static void Lines(SKCanvas canvas, int distance, bool across)
    {
        using var paint = new SKPaint { Color = new SKColor(190, 210, 235), StrokeWidth = 1 };
        var bounds = canvas.DeviceClipBounds;
        for (var y = distance / 2; y < bounds.Height; y += distance) canvas.DrawLine(0, y, bounds.Width, y, paint);
        for (var x = distance / 2; across && x < bounds.Width; x += distance) canvas.DrawLine(x, 0, x, bounds.Height, paint);
    }

    /// <param name="change">Maps (x, y, channel value) to the new value; x and y are from 0 to 1.</param>
    private static unsafe void Change(SKBitmap bitmap, Func<double, double, double, double> change)
    {
        var pixels = new Span<byte>((void*)bitmap.GetPixels(), bitmap.ByteCount);
        for (var i = 0; i < pixels.Length; i++)
        {
            if (i % 4 == 3) continue; // alpha
            var (y, x) = Math.DivRem(i / 4, bitmap.Width);
            pixels[i] = (byte)Math.Clamp(Math.Round(change(x / (double)bitmap.Width, y / (double)bitmap.Height, pixels[i])), 0, 255);
        }
    }

    /// <summary>Returns a random number with the standard normal distribution.</summary>
    internal static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
