using System.Numerics.Tensors;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A two-dimensional array with one float per pixel, row-major.</summary>
internal sealed class Plane(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public float[] Values { get; } = new float[width * height];

    public Span<float> Row(int y) => Values.AsSpan(y * Width, Width);

    /// <summary>Returns a copy with rows and columns exchanged.</summary>
    public Plane Transpose()
    {
        var turned = new Plane(Height, Width);
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++) turned[y, x] = this[x, y];
        return turned;
    }

    /// <summary>Returns the bounding box of the pixels above a threshold; its width and height are negative if there are none.</summary>
    public Box BoundsAbove(float threshold)
    {
        var (left, top, right, bottom) = (Width, Height, 0, 0);
        for (var y = 0; y < Height; y++)
        {
            var row = Row(y);
            if (TensorPrimitives.Max<float>(row) <= threshold) continue;
            (top, bottom) = (Math.Min(top, y), y + 1);
            for (var x = 0; x < left; x++)
                if (row[x] > threshold) left = x;
            for (var x = row.Length - 1; x >= right; x--)
                if (row[x] > threshold) right = x + 1;
        }
        return new(left, top, right, bottom);
    }

    public Plane Crop(Box box)
    {
        var part = new Plane(box.Width, box.Height);
        for (var y = 0; y < box.Height; y++) Row(box.Top + y).Slice(box.Left, box.Width).CopyTo(part.Row(y));
        return part;
    }

    public ref float this[int x, int y] => ref Values[y * Width + x];
}
