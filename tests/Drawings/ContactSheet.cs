using SkiaSharp;

namespace MnistService.Drawings;

/// <summary>Contact sheet for visual inspection: each image next to the network input that was made of it.</summary>
internal sealed class ContactSheet(int columns)
{
    private const int Cell = 112, Pair = 2 * Cell + 12;
    private readonly List<(byte[] File, byte[] Frame, bool Right)> _entries = [];

    /// <param name="file">The file, PNG or JPEG.</param>
    /// <param name="frame">The network input: 784 bytes, 0 = paper; empty if the image was rejected.</param>
    /// <param name="right">False for a misread image, which gets a red frame.</param>
    public void Add(byte[] file, byte[] frame, bool right) => _entries.Add((file, frame, right));

    public void Save(string path)
    {
        using var sheet = new SKBitmap(columns * Pair, Math.Max(1, (_entries.Count + columns - 1) / columns) * (Cell + 8));
        using var canvas = new SKCanvas(sheet);
        using var red = new SKPaint { Color = SKColors.Red, StrokeWidth = 3, Style = SKPaintStyle.Stroke };
        canvas.Clear(new SKColor(120, 120, 140));
        foreach (var (index, (file, frame, right)) in _entries.Index())
        {
            var (x, y) = (index % columns * Pair + 2, index / columns * (Cell + 8) + 4);
            using (var original = SKBitmap.Decode(file)) canvas.DrawBitmap(original, Within(original, x, y), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
            using (var seen = Seen(frame)) canvas.DrawBitmap(seen, new SKRect(x + Cell + 2, y, x + 2 * Cell + 2, y + Cell), SKSamplingOptions.Default);
            if (!right) canvas.DrawRect(x, y, 2 * Cell + 2, Cell, red);
        }
        using var file2 = File.Create(path);
        sheet.Encode(file2, SKEncodedImageFormat.Png, 100);
    }

    private static SKRect Within(SKBitmap picture, int x, int y)
    {
        var scale = Math.Min(Cell / (float)picture.Width, Cell / (float)picture.Height);
        return new(x, y, x + picture.Width * scale, y + picture.Height * scale);
    }

    private static SKBitmap Seen(byte[] frame)
    {
        var bitmap = new SKBitmap(28, 28);
        for (var i = 0; i < frame.Length; i++) bitmap.SetPixel(i % 28, i / 28, new SKColor(frame[i], frame[i], frame[i]));
        return bitmap;
    }
}
