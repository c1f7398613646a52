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

    /// <summary>Maximum difference in gray levels between the means of two regions of the same paper.</summary>
    private const float SameColor = 24;

    private const int Edge = -1;

    private readonly float[][] _means;

    private FlatRegions(int width, int[] labels, List<FlatRegion> parts, float[][] means) => (Width, Labels, Parts, _means) = (width, labels, parts, means);

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; }

    /// <summary>One label per pixel, row-major: the index in <see cref="Parts"/>; -1 for a pixel on an edge.</summary>
    public int[] Labels { get; }

    public IReadOnlyList<FlatRegion> Parts { get; }

    /// <summary>Returns the mean value of a channel over a region.</summary>
    /// <param name="channel">Index of the channel.</param>
    public float Mean(int channel, int label) => _means[channel][label];

    /// <summary>Returns whether two regions have nearly the same mean color.</summary>
    public bool HaveSameColor(int one, int other) => Array.TrueForAll(_means, means => Math.Abs(means[one] - means[other]) <= SameColor);

    private static float[] Means(Plane channel, int[] labels, List<FlatRegion> parts)
    {
        var sums = new double[parts.Count];
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] != Edge) sums[labels[i]] += channel.Values[i];
        return [.. parts.Select(part => (float)(sums[part.Label] / part.Pixels))];
    }

    public static FlatRegions Find(PageColors image)
    {
        var (width, height) = (image.Width, image.Height);
        var step = Math.Max(LeastStep, StepPerNoise * MedianDifference(image));
        // A pixel that differs much from one of its neighbors is on an edge and belongs to no region. Otherwise regions would join along a slanted edge, where the
        // difference between adjacent pixels of a row is small.
        var isEdge = new bool[width * height];
        foreach (var channel in image.Channels)
        {
            for (var y = 0; y < height; y++)
            {
                var row = channel.Row(y);
                var edges = isEdge.AsSpan(y * width, width);
                for (var x = 1; x < row.Length; x++)
                    if (MathF.Abs(row[x] - row[x - 1]) > step) edges[x] = edges[x - 1] = true;
                if (y == 0) continue;
                var above = channel.Row(y - 1);
                var edgesAbove = isEdge.AsSpan((y - 1) * width, width);
                for (var x = 0; x < row.Length; x++)
                    if (MathF.Abs(row[x] - above[x]) > step) edges[x] = edgesAbove[x] = true;
            }
        }
        var parents = new int[width * height];
        for (var at = 0; at < parents.Length; at++)
        {
            parents[at] = isEdge[at] ? Edge : at;
            if (isEdge[at]) continue;
            if (at % width > 0 && !isEdge[at - 1]) Join(parents, at, at - 1);
            if (at >= width && !isEdge[at - width]) Join(parents, at, at - width);
        }
        return Label(parents, image);
    }

    private static FlatRegions Label(int[] parents, PageColors image)
    {
        var width = image.Width;
        var labels = new int[parents.Length];
        var (count, boxes) = (0, new List<int[]>()); // left, top, right, bottom, pixels
        for (var i = 0; i < parents.Length; i++)
        {
            if (parents[i] == Edge)
            {
                labels[i] = Edge;
                continue;
            }
            var root = Root(parents, i); // the smallest index of a region, so it has its label before the other pixels
            var (y, x) = (i / width, i % width);
            if (root == i)
            {
                labels[i] = count++;
                boxes.Add([x, y, x + 1, y + 1, 1]);
                continue;
            }
            var box = boxes[labels[i] = labels[root]];
            if (x < box[0]) box[0] = x;
            if (x >= box[2]) box[2] = x + 1;
            box[3] = y + 1;
            box[4]++;
        }
        List<FlatRegion> parts = [.. boxes.Select((box, label) => new FlatRegion(label, new Box(box[0], box[1], box[2], box[3]), box[4]))];
        return new(width, labels, parts, Array.ConvertAll(image.Channels, channel => Means(channel, labels, parts)));
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
