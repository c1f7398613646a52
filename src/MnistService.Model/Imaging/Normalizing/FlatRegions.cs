using System.Numerics.Tensors;

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
        return Connect(isEdge, image);
    }

    /// <summary>Labels the regions by runs of pixels that are on no edge: a run joins the runs that overlap it in the row above.</summary>
    private static FlatRegions Connect(ReadOnlySpan<bool> isEdge, PageColors image)
    {
        var (runs, width) = (new List<(int Start, int End)>(), image.Width); // in pixels from the first pixel of the image
        var parents = new List<int>();
        var (above, current) = (0, 0); // first run of the row above, and of this row
        for (var row = 0; row < isEdge.Length; row += width, (above, current) = (current, runs.Count))
        {
            var edges = isEdge.Slice(row, width);
            for (var x = 0; x < width;)
            {
                var length = edges[x..].IndexOf(true);
                if (length < 0) length = width - x;
                if (length > 0)
                {
                    var run = runs.Count;
                    runs.Add((row + x, row + x + length));
                    parents.Add(run);
                    for (; above < current && runs[above].End + width <= row + x; above++) ; // ends before the run begins
                    for (var other = above; other < current && runs[other].Start + width < row + x + length; other++) Join(parents, run, other);
                }
                x += length;
                while (x < width && edges[x]) x++;
            }
        }
        return Label(runs, parents, image);
    }

    private static FlatRegions Label(List<(int Start, int End)> runs, List<int> parents, PageColors image)
    {
        var width = image.Width;
        var (labels, labelOf, parts) = (new int[width * image.Height], new int[runs.Count], new List<FlatRegion>());
        Array.Fill(labels, Edge);
        for (var run = 0; run < runs.Count; run++)
        {
            var (start, end) = runs[run];
            var box = new Box(start % width, start / width, (end - 1) % width + 1, start / width + 1);
            var root = Root(parents, run); // the first run of a region
            if (root == run)
            {
                labelOf[run] = parts.Count;
                parts.Add(new(parts.Count, box, end - start));
            }
            else
            {
                var part = parts[labelOf[run] = labelOf[root]];
                parts[part.Label] = part with { Bounds = part.Bounds.Include(box), Pixels = part.Pixels + end - start };
            }
            labels.AsSpan(start, end - start).Fill(labelOf[run]);
        }
        var means = Array.ConvertAll(image.Channels, channel =>
        {
            var sums = new double[parts.Count];
            for (var run = 0; run < runs.Count; run++) sums[labelOf[run]] += TensorPrimitives.Sum<float>(channel.Values.AsSpan(runs[run].Start, runs[run].End - runs[run].Start));
            return Array.ConvertAll([.. parts], part => (float)(sums[part.Label] / part.Pixels));
        });
        return new(width, labels, parts, means);
    }

    private static void Join(List<int> parents, int a, int b)
    {
        (a, b) = (Root(parents, a), Root(parents, b));
        parents[Math.Max(a, b)] = Math.Min(a, b);
    }

    private static int Root(List<int> parents, int at)
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
