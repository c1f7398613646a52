namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Regions of an image in which adjacent pixels differ little, with 4-connectivity. A vignette or a soft shadow does not divide a region; a line or an edge does.
/// </summary>
internal sealed class FlatRegions
{
    /// <summary>Minimum difference in gray levels between adjacent pixels that divides regions. It covers JPEG rounding.</summary>
    private const float LeastStep = 5;

    /// <summary>The difference that divides regions, as a multiple of the median difference of adjacent pixels, which measures the noise.</summary>
    private const float StepPerNoise = 5;

    private FlatRegions(int width, int[] labels, List<FlatRegion> parts) => (Width, Labels, Parts) = (width, labels, parts);

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; }

    /// <summary>One label per pixel, row-major, from 0: the index in <see cref="Parts"/>.</summary>
    public int[] Labels { get; }

    public IReadOnlyList<FlatRegion> Parts { get; }

    /// <summary>Returns the mean value of a channel over a region.</summary>
    public float Mean(Plane channel, int label)
    {
        var (sum, box) = (0.0, Parts[label].Bounds);
        for (var y = box.Top; y < box.Bottom; y++)
            for (var x = box.Left; x < box.Right; x++)
                if (Labels[y * Width + x] == label) sum += channel[x, y];
        return (float)(sum / Parts[label].Pixels);
    }

    public static FlatRegions Find(PageColors image)
    {
        var (width, height) = (image.Width, image.Height);
        var step = Math.Max(LeastStep, StepPerNoise * MedianDifference(image));
        var parents = new int[width * height];
        for (var i = 0; i < parents.Length; i++) parents[i] = i;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = y * width + x;
                if (x > 0 && Difference(image, at, at - 1) <= step) Join(parents, at, at - 1);
                if (y > 0 && Difference(image, at, at - width) <= step) Join(parents, at, at - width);
            }
        }
        return Label(parents, width);
    }

    private static FlatRegions Label(int[] parents, int width)
    {
        var labels = new int[parents.Length];
        var parts = new List<FlatRegion>();
        for (var i = 0; i < parents.Length; i++)
        {
            var root = Root(parents, i); // the smallest index of a region, so it has its label before the other pixels
            var (y, x) = Math.DivRem(i, width);
            if (root == i)
            {
                labels[i] = parts.Count;
                parts.Add(new(parts.Count, new Box(x, y, x + 1, y + 1), 1));
                continue;
            }
            var label = labels[i] = labels[root];
            parts[label] = parts[label] with { Bounds = parts[label].Bounds.Include(new Box(x, y, x + 1, y + 1)), Pixels = parts[label].Pixels + 1 };
        }
        return new(width, labels, parts);
    }

    private static void Join(int[] parents, int a, int b)
    {
        (a, b) = (Root(parents, a), Root(parents, b));
        parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    private static int Root(int[] parents, int at)
    {
        while (parents[at] != at) at = parents[at] = parents[parents[at]]; // path halving
        return at;
    }

    private static float Difference(PageColors image, int a, int b)
    {
        var most = 0f;
        foreach (var channel in image.Channels) most = MathF.Max(most, MathF.Abs(channel.Values[a] - channel.Values[b]));
        return most;
    }

    private static float MedianDifference(PageColors image)
    {
        const int Samples = 4096;
        var stride = Math.Max(1, (image.Width * image.Height - 1) / Samples);
        var differences = new List<float>(Samples + 1);
        for (var at = 1; at < image.Width * image.Height; at += stride)
            if (at % image.Width != 0) differences.Add(Difference(image, at, at - 1));
        differences.Sort();
        return differences.Count == 0 ? 0 : differences[differences.Count / 2];
    }
}

/// <summary>A region of nearly one color.</summary>
/// <param name="Label">Label of the region's pixels.</param>
/// <param name="Bounds">Bounding box.</param>
/// <param name="Pixels">Number of pixels.</param>
internal readonly record struct FlatRegion(int Label, Box Bounds, int Pixels)
{
    /// <summary>Area of the bounding box in pixels.</summary>
    public long Area => Bounds.Area;
}
