namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A two-dimensional array with one float per pixel, row-major.</summary>
internal sealed class Plane(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public float[] Values { get; } = new float[width * height];

    public Span<float> Row(int y) => Values.AsSpan(y * Width, Width);

    public Plane Crop(Box box)
    {
        var part = new Plane(box.Width, box.Height);
        for (var y = 0; y < box.Height; y++) Row(box.Top + y).Slice(box.Left, box.Width).CopyTo(part.Row(y));
        return part;
    }

    public ref float this[int x, int y] => ref Values[y * Width + x];
}
