using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MnistService.Model.Imaging.Decoding;

namespace MnistService.Model.Imaging.Normalizing;

/// <summary>
/// Detects a 28×28 image that already has MNIST's format. The pixels of such an image are used without further scaling, because scaling would blur the digit.
/// </summary>
internal static class MnistFrame
{
    private const byte Lit = 16, Half = 128, LeastPeak = 240;

    private const uint EdgeColumns = 1 | 1u << (DigitImage.Side - 1); // bits of the first and the last column

    private static Vector256<byte> InRow => Vector256.LessThan(Vector256<byte>.Indices, Vector256.Create((byte)DigitImage.Side));

    /// <returns>
    /// 784 bytes, row-major, inverted if the ink is dark. <c>null</c> if the image is not in MNIST's format, if its polarity is not the one that the options
    /// require, or if the options require normalization.
    /// </returns>
    public static byte[]? TryTake(Bitmap bitmap, ImageOptions options)
    {
        if (options.Normalize == NormalizeMode.Always || bitmap.Width != DigitImage.Side || bitmap.Height != DigitImage.Side) return null;
        if (!TryReadGray(bitmap, out var pixels)) return null;
        if (options.Invert != InvertMode.Always && LooksLikeMnist(pixels)) return pixels;
        if (options.Invert == InvertMode.Never) return null;
        foreach (ref var pixel in pixels.AsSpan()) pixel = (byte)(255 - pixel);
        return LooksLikeMnist(pixels) ? pixels : null;
    }

    private static bool TryReadGray(Bitmap bitmap, out byte[] pixels)
    {
        var source = bitmap.Pixels;
        pixels = new byte[DigitImage.PixelCount];
        if (bitmap.Channels == 1)
        {
            source.CopyTo(pixels);
            return true;
        }
        for (var i = 0; i < pixels.Length; i++)
        {
            var pixel = source.Slice(i * 4, 4);
            if (pixel[0] != pixel[1] || pixel[1] != pixel[2] || pixel[3] != 255) return false;
            pixels[i] = pixel[0];
        }
        return true;
    }

    /// <summary>
    /// Returns whether the pixels show a light digit on black in MNIST's frame. Checks the size, center of mass, maximum, border and strokes. In all 60,000
    /// training images of MNIST, the longer side of the digit is 19 or 20 pixels, and the maximum is at least 254. Both coordinates of the center of mass are
    /// between 13.4 and 14.6 (the center of the first pixel is 0). The limits for the size and the maximum are wider, because a JPEG changes the pixels.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // see RowScan
    internal static bool LooksLikeMnist(ReadOnlySpan<byte> pixels)
    {
        const int Last = DigitImage.Side - 1;
        Span<byte> padded = stackalloc byte[DigitImage.PixelCount + Vector256<byte>.Count - DigitImage.Side]; // the last row is loaded as 32 bytes, too
        pixels.CopyTo(padded);
        Span<uint> lit = stackalloc uint[DigitImage.Side], gray = stackalloc uint[DigitImage.Side], solid = stackalloc uint[DigitImage.Side]; // bit x: pixel x of row y
        var (peaks, leftSums, rightSums, momentsY) = (Vector256<byte>.Zero, Vector256<ushort>.Zero, Vector256<ushort>.Zero, Vector256<uint>.Zero);
        for (var y = 0; y < DigitImage.Side; y++)
        {
            var row = Vector256.Create<byte>(padded[(y * DigitImage.Side)..]) & InRow;
            peaks = Vector256.Max(peaks, row);
            (lit[y], solid[y]) = (AtLeast(row, Lit), AtLeast(row, Half));
            gray[y] = lit[y] & ~AtLeast(row, LeastPeak);
            var (left, right) = Vector256.Widen(row);
            (leftSums, rightSums) = (leftSums + left, rightSums + right);
            var (lower, upper) = Vector256.Widen(left + right);
            momentsY += (lower + upper) * (uint)y;
        }
        var (columns, count, border) = (0u, 0, BitOperations.PopCount(lit[0] & ~EdgeColumns) + BitOperations.PopCount(lit[Last] & ~EdgeColumns));
        foreach (var row in lit) (columns, count, border) = (columns | row, count + BitOperations.PopCount(row), border + BitOperations.PopCount(row & EdgeColumns));
        var (width, height) = (32 - BitOperations.LeadingZeroCount(columns) - BitOperations.TrailingZeroCount(columns), lit.LastIndexOfAnyExcept(0u) - lit.IndexOfAnyExcept(0u) + 1);
        var (sum, momentX) = Moments(leftSums, rightSums);
        return Vector256.GreaterThanOrEqualAny(peaks, Vector256.Create(LeastPeak)) && border <= 6 && Math.Max(width, height) is >= 18 and <= 21
            && momentX / sum is > 13.4 and < 14.6 && Vector256.Sum(momentsY) / sum is > 13.4 and < 14.6
            && HasMnistStrokes(gray, solid, count);
    }

    /// <summary>Returns a mask whose bit x is set if pixel x is at least <paramref name="limit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint AtLeast(Vector256<byte> row, byte limit) => Vector256.GreaterThanOrEqual(row, Vector256.Create(limit)).ExtractMostSignificantBits();

    /// <param name="left">[16] sums of columns 0–15.</param>
    /// <param name="right">[16] sums of columns 16–31.</param>
    /// <returns><c>Sum</c>: the sum of all pixels. <c>MomentX</c>: the sum of each pixel times its column.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (double Sum, double MomentX) Moments(Vector256<ushort> left, Vector256<ushort> right)
    {
        var ((a, b), (c, d), x) = (Vector256.Widen(left), Vector256.Widen(right), Vector256<uint>.Indices);
        return (Vector256.Sum(a + b + c + d), Vector256.Sum(a * x + b * (x + Vector256.Create(8u)) + c * (x + Vector256.Create(16u)) + d * (x + Vector256.Create(24u))));
    }

    /// <summary>
    /// Returns whether the strokes are like those of MNIST. The mean stroke width must be in MNIST's range, 0.75 to 6.7 pixels. Strokes thinner than 1.5 pixels
    /// must also have soft edges: at least 15 % of the pixels with a value of 16 or more must be below 240. This excludes one-pixel strokes without soft edges.
    /// </summary>
    /// <param name="gray">[28]; bit x of element y is set if the pixel is at least 16 and below 240.</param>
    /// <param name="solid">[28]; bit x of element y is set if the pixel is at least 128.</param>
    /// <param name="lit">Number of pixels of the image with a value of at least 16 (<see cref="Lit"/>).</param>
    private static bool HasMnistStrokes(ReadOnlySpan<uint> gray, ReadOnlySpan<uint> solid, int lit)
    {
        var (grays, solids, edges) = (0, 0, 0);
        for (var y = 1; y < DigitImage.Side - 1; y++)
        {
            var (row, inner) = (solid[y], solid[y] & ~EdgeColumns);
            (grays, solids) = (grays + BitOperations.PopCount(gray[y] & ~EdgeColumns), solids + BitOperations.PopCount(inner));
            edges += BitOperations.PopCount(inner & ~(row << 1)) + BitOperations.PopCount(inner & ~(row >> 1))
                + BitOperations.PopCount(inner & ~solid[y - 1]) + BitOperations.PopCount(inner & ~solid[y + 1]);
        }
        // A stroke of width w and length n has w × n pixels. Of the sides of these pixels, 2 × n are on the edges of the stroke. So w is 2 × pixels / sides.
        var width = edges == 0 ? 0 : 2.0 * solids / edges;
        return width is > 0.75 and < 6.7 && (grays >= 0.15 * lit || width >= 1.5);
    }
}
