namespace MnistService.Model.Imaging.Normalizing;

/// <summary>A two-dimensional array with one float per pixel, row-major.</summary>
internal sealed class Plane
{
    /// <summary>Creates a plane of zeros.</summary>
    public Plane(int width, int height)
        : this(width, height, new float[width * height])
    {
    }

    private Plane(int width, int height, float[] values) => (Width, Height, Values) = (width, height, values);

    /// <summary>Creates a plane with undefined values. The caller must write every pixel before reading it.</summary>
    public static Plane CreateUninitialized(int width, int height) => new(width, height, GC.AllocateUninitializedArray<float>(width * height));

    public int Width { get; }

    public int Height { get; }

    public float[] Values { get; }

    public Span<float> Row(int y) => Values.AsSpan(y * Width, Width);

    /// <summary>Returns a copy with rows and columns exchanged.</summary>
    public Plane Transpose()
    {
        const int Tile = 16; // small enough that the rows of a tile stay in the processor's cache
        var turned = CreateUninitialized(Height, Width);
        for (var top = 0; top < Height; top += Tile)
        {
            for (var left = 0; left < Width; left += Tile)
            {
                var (right, bottom) = (Math.Min(Width, left + Tile), Math.Min(Height, top + Tile));
                for (var x = left; x < right; x++)
                {
                    var target = turned.Row(x);
                    for (var y = top; y < bottom; y++) target[y] = Values[y * Width + x];
                }
            }
        }
        return turned;
    }

    /// <summary>Returns the bounding box of the pixels above a threshold; a box with negative width and height if no pixel is above the threshold.</summary>
    public Box BoundsAbove(float threshold)
    {
        var (left, top, right, bottom) = (Width, Height, 0, 0);
        for (var y = 0; y < Height; y++)
        {
            var row = Row(y);
            var first = RowScan.NextAbove(row, 0, threshold);
            if (first == row.Length) continue;
            (left, top, bottom) = (Math.Min(left, first), Math.Min(top, y), y + 1);
            for (var x = row.Length - 1; x >= right; x--)
                if (row[x] > threshold) right = x + 1;
        }
        return new(left, top, right, bottom);
    }

    public Plane Crop(Box box)
    {
        var part = CreateUninitialized(box.Width, box.Height);
        for (var y = 0; y < box.Height; y++) Row(box.Top + y).Slice(box.Left, box.Width).CopyTo(part.Row(y));
        return part;
    }

    public ref float this[int x, int y] => ref Values[y * Width + x];
}
