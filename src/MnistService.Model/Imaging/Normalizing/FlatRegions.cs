using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Regions of an image in which adjacent pixels differ little, with 4-connectivity. A line or a hard edge divides regions. A vignette or a soft shadow does
/// not.
/// </summary>
internal sealed class FlatRegions
{
    /// <summary>
    /// Lower limit of the edge threshold in gray levels. Adjacent pixels that differ by more than the edge threshold are on an edge between two regions.
    /// Differences of up to 5 gray levels can be rounding errors of a JPEG.
    /// </summary>
    private const float LeastStep = 5;

    /// <summary>
    /// Edge threshold as a multiple of the median difference between adjacent pixels, which measures the noise. The threshold is at least
    /// <see cref="LeastStep"/>.
    /// </summary>
    private const float StepPerNoise = 5;

    /// <summary>Two regions have the same color if their mean values differ by at most this number of gray levels in each color channel.</summary>
    private const float SameColor = 24;

    private const int Edge = -1;

    /// <summary>Value in the edge mask for a pixel that differs from an adjacent pixel by more than the edge threshold.</summary>
    private const byte Step = byte.MaxValue;

    private readonly Lazy<int[]> _labels;
    private readonly Lazy<float[][]> _means;

    private FlatRegions(PageColors image, PixelRuns runs, int[] labels, FlatRegion[] parts)
    {
        (Width, Pixels, Parts) = (image.Width, image.Width * image.Height, parts);
        _labels = new(() => Write(runs, labels, Pixels));
        _means = new(() => MeansOf(image, runs, labels, parts));
    }

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; }

    /// <summary>Number of pixels of the image.</summary>
    public int Pixels { get; }

    /// <summary>
    /// One label per pixel, row-major: the index of the region in <see cref="Parts"/>; -1 for a pixel on an edge. The array is created on first use, because an
    /// image of plain paper needs only <see cref="Parts"/>.
    /// </summary>
    public int[] Labels => _labels.Value;

    public IReadOnlyList<FlatRegion> Parts { get; }

    /// <summary>Returns the mean value of a color channel over a region.</summary>
    /// <param name="channel">Index in <see cref="PageColors.Channels"/>.</param>
    /// <param name="label">Index of the region in <see cref="Parts"/>.</param>
    public float Mean(int channel, int label) => _means.Value[channel][label];

    /// <summary>Returns whether the mean colors of two regions differ by at most 24 gray levels in each channel.</summary>
    /// <param name="one">Index of the first region in <see cref="Parts"/>.</param>
    /// <param name="other">Index of the second region in <see cref="Parts"/>.</param>
    public bool HaveSameColor(int one, int other) => Array.TrueForAll(_means.Value, means => Math.Abs(means[one] - means[other]) <= SameColor);

    public static FlatRegions Find(PageColors image)
    {
        var (width, height) = (image.Width, image.Height);
        var step = Math.Max(LeastStep, StepPerNoise * MedianDifference(image));
        // A pixel that differs from one of its four neighbors by more than the edge threshold belongs to no region. Without this rule, regions would join along
        // a slanted edge, where the difference between adjacent pixels of a row is small.
        var runs = new PixelRuns(width, reach: 0);
        var (isEdge, hasStep, hasStepBelow) = (new byte[width], new byte[width], new byte[width]);
        for (var y = 0; y < height; y++)
        {
            (hasStep, hasStepBelow) = (hasStepBelow, hasStep); // the previous iteration has compared this row with the row above
            hasStepBelow.AsSpan().Clear();
            hasStep.CopyTo(isEdge, 0);
            foreach (var channel in image.Channels)
            {
                var row = channel.Row(y);
                MarkSteps(row[1..], row[..^1], step, isEdge.AsSpan(1), isEdge);
                if (y + 1 < height) MarkSteps(row, channel.Row(y + 1), step, isEdge, hasStepBelow);
            }
            for (var x = 0; x < width;)
            {
                var length = isEdge.AsSpan(x).IndexOf(Step);
                if (length < 0) length = width - x;
                if (length > 0) runs.Add(y, x, x + length);
                x += length;
                var edge = isEdge.AsSpan(x).IndexOfAnyExcept(Step);
                x = edge < 0 ? width : x + edge;
            }
        }
        return Measure(image, runs);
    }

    /// <summary>
    /// Compares two rows of pixels. In each column where the rows differ by more than <paramref name="step"/> gray levels, sets the elements of both targets to
    /// <see cref="Step"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MarkSteps(ReadOnlySpan<float> one, ReadOnlySpan<float> other, float step, Span<byte> target, Span<byte> otherTarget)
    {
        var (limit, x) = (Vector256.Create(step), 0);
        for (; x <= one.Length - Vector256<byte>.Count; x += Vector256<byte>.Count)
        {
            var steps = Vector256.Narrow(
                Vector256.Narrow(StepsAt(one, other, x, limit), StepsAt(one, other, x + 8, limit)),
                Vector256.Narrow(StepsAt(one, other, x + 16, limit), StepsAt(one, other, x + 24, limit)));
            if (steps == Vector256<byte>.Zero) continue;
            // The targets may overlap, so the second target is read after the first target was written.
            (Vector256.Create<byte>(target[x..]) | steps).CopyTo(target[x..]);
            (Vector256.Create<byte>(otherTarget[x..]) | steps).CopyTo(otherTarget[x..]);
        }
        for (; x < one.Length; x++)
            if (MathF.Abs(one[x] - other[x]) > step) target[x] = otherTarget[x] = Step;
    }

    /// <summary>
    /// Compares eight adjacent pixels of two rows, starting at column <paramref name="x"/>. An element of the result has all bits set if the two pixels in this
    /// column differ by more than <paramref name="limit"/>. Otherwise, the element is 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> StepsAt(ReadOnlySpan<float> one, ReadOnlySpan<float> other, int x, Vector256<float> limit) =>
        Vector256.GreaterThan(Vector256.Abs(Vector256.Create(one[x..]) - Vector256.Create(other[x..])), limit).AsUInt32();

    private static FlatRegions Measure(PageColors image, PixelRuns runs)
    {
        var (labels, count) = runs.Label();
        var parts = new FlatRegion[count];
        for (var label = 0; label < count; label++) parts[label] = new(label, Box.Empty, 0);
        for (var run = 0; run < labels.Length; run++)
        {
            var (start, end) = runs.All[run];
            var (y, x) = Math.DivRem(start, image.Width);
            ref var part = ref parts[labels[run]];
            part = new(part.Label, part.Bounds.Include(new(x, y, x + end - start, y + 1)), part.Pixels + end - start);
        }
        return new(image, runs, labels, parts);
    }

    private static int[] Write(PixelRuns runs, int[] labels, int pixels)
    {
        var result = new int[pixels];
        Array.Fill(result, Edge);
        for (var run = 0; run < labels.Length; run++) result.AsSpan(runs.All[run].Start, runs.All[run].End - runs.All[run].Start).Fill(labels[run]);
        return result;
    }

    private static float[][] MeansOf(PageColors image, PixelRuns runs, int[] labels, FlatRegion[] parts) => Array.ConvertAll(image.Channels, channel =>
    {
        var sums = new double[parts.Length];
        for (var run = 0; run < labels.Length; run++)
            sums[labels[run]] += TensorPrimitives.Sum<float>(channel.Values.AsSpan(runs.All[run].Start, runs.All[run].End - runs.All[run].Start));
        return Array.ConvertAll(parts, part => (float)(sums[part.Label] / part.Pixels));
    });

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
        return differences.Count == 0 ? 0 : Median.Of(CollectionsMarshal.AsSpan(differences));
    }
}

/// <summary>A connected region in which adjacent pixels differ little.</summary>
/// <param name="Label">
/// Index of the region in <see cref="FlatRegions.Parts"/>. The pixels of the region have the same number in <see cref="FlatRegions.Labels"/>.
/// </param>
/// <param name="Bounds">Bounding box of the region, in pixels of the image.</param>
/// <param name="Pixels">Number of pixels of the region.</param>
internal readonly record struct FlatRegion(int Label, Box Bounds, int Pixels)
{
    /// <summary>Area of the region's bounding box in pixels.</summary>
    public long Area => Bounds.Area;
}
