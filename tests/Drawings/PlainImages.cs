using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>PNGs in black on white, without a background: digits, marks that are not digits, or nothing.</summary>
internal static class PlainImages
{
    /// <summary>Side of the square of each character, in pixels.</summary>
    public const int Side = 160;

    private static readonly Scene Plain = new("plain", Side, Side, 110, 11);

    /// <summary>Draws lines of characters.</summary>
    /// <param name="lines">A digit; <c>#</c>: a square with two crossing lines, which is not a digit; <c>.</c>: a speck; a space: nothing.</param>
    public static byte[] Draw(params string[] lines)
    {
        using var page = new SKBitmap(Side * lines.Max(line => line.Length), Side * lines.Length);
        using var canvas = new SKCanvas(page);
        canvas.Clear(SKColors.White);
        foreach (var (row, line) in lines.Index())
        {
            foreach (var (column, character) in line.Index()) Draw(canvas, character, column * Side, row * Side);
        }
        using var png = page.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static void Draw(SKCanvas canvas, char character, float left, float top)
    {
        using var paint = new SKPaint { StrokeWidth = 8, Style = SKPaintStyle.Stroke, IsAntialias = true };
        switch (character)
        {
            case '#':
                canvas.DrawRect(left + 30, top + 30, 100, 100, paint);
                canvas.DrawLine(left + 30, top + 30, left + 130, top + 130, paint);
                canvas.DrawLine(left + 130, top + 30, left + 30, top + 130, paint);
                break;
            case '.':
                canvas.DrawPoint(left + 80, top + 80, paint);
                break;
            case not ' ':
                using (var digit = SKBitmap.Decode(Plain.Draw(character - '0', new Random(character)))) canvas.DrawBitmap(digit, left, top, SKSamplingOptions.Default);
                break;
        }
    }
}
