using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>
/// Fast path for a CSV row of 784 integers in pixel order, without quotes, spaces or fractions. SIMD comparisons convert 64 bytes at a time to three bit masks
/// (commas, digits, zeros). Only cells other than "0" are parsed individually; about a fifth of MNIST's pixels are not 0.
/// </summary>
internal static class PlainCsvRow
{
    /// <summary>
    /// Number of readable bytes required before a row, because the parser always loads the four bytes before the end of a cell. The byte directly before
    /// the row must be a comma or LF.
    /// </summary>
    internal const int Lead = 4;

    /// <summary>Number of readable bytes required after a row, because a row is read 64 bytes at a time. The values of these bytes are ignored.</summary>
    internal const int Slack = Bits;

    private const int Bits = 64;

    // XOR with '0' (0x30) turns an ASCII digit into its value 0–9. This mask converts four digits at once.
    private const uint Digits = 0x30303030;

    // After the XOR with 0x30, bit 0x10 of a byte is set for a comma or LF and clear for a digit.
    private const uint Separators = 0x10101010;

    /// <summary>Parses a row of 784 integers in pixel order, without quotes, spaces or fractions.</summary>
    /// <param name="text">Buffer with the row, <see cref="Lead"/> bytes before it and <see cref="Slack"/> bytes after it.</param>
    /// <param name="start">Index of the row's first byte in <paramref name="text"/>.</param>
    /// <param name="length">Length of the row in bytes, without the line break.</param>
    /// <param name="pixels">[784] receives the pixels. The content is undefined if the method returns <c>false</c>.</param>
    /// <returns>
    /// <c>false</c> if the row has quotes, spaces or fractions, or is invalid. The caller then uses <see cref="KaggleCsvRow.ReadCarefully"/>, which parses the
    /// row or throws.
    /// </returns>
    /// <remarks>AggressiveOptimization skips tiered compilation, because parsing with unoptimized code would take most of the time of an upload.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static bool TryRead(ReadOnlySpan<byte> text, int start, int length, Span<byte> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(start, Lead);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, text.Length - Slack - start);
        ArgumentOutOfRangeException.ThrowIfNotEqual(pixels.Length, DigitImage.PixelCount);
        if (text[start - 1] is not ((byte)',' or (byte)'\n')) return false;
        pixels.Clear();
        ref var row = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start);
        ref var target = ref MemoryMarshal.GetReference(pixels);
        var (comma, zero, nine) = (Vector256.Create((byte)','), Vector256.Create((byte)'0'), Vector256.Create((byte)9));
        var (commasBefore, zerosBefore) = (1UL << (Bits - 1), 0UL); // the byte before the row counts as the end of a cell
        var pixel = 0;
        for (var at = 0; at <= length; at += Bits)
        {
            ref var bytes = ref Unsafe.Add(ref row, at);
            var (low, high) = (Vector256.LoadUnsafe(ref bytes), Vector256.LoadUnsafe(ref bytes, Bits / 2));
            var commas = Mask(Vector256.Equals(low, comma), Vector256.Equals(high, comma));
            var zeros = Mask(Vector256.Equals(low, zero), Vector256.Equals(high, zero));
            var digits = Mask(Vector256.LessThanOrEqual(low - zero, nine), Vector256.LessThanOrEqual(high - zero, nine));
            var known = ulong.MaxValue;
            if (length - at < Bits)
            {
                // The row ends in these 64 bytes. The end of the row counts as a comma.
                var end = 1UL << (length - at);
                (commas, zeros, digits) = (commas & (end - 1) | end, zeros & (end - 1), digits & (end - 1));
                known = end | (end - 1);
            }
            var cells = BitOperations.PopCount(commas);
            if ((commas | digits) != known || pixel + cells > DigitImage.PixelCount) return false;
            // Ends of all cells except "0" cells. The pixels of "0" cells are already 0.
            var ends = commas & ~((zeros << 1 | zerosBefore >> (Bits - 1)) & (commas << 2 | commasBefore >> (Bits - 2)));
            (commasBefore, zerosBefore) = (commas, zeros);
            for (; ends != 0; ends &= ends - 1)
            {
                var end = BitOperations.TrailingZeroCount(ends);
                var cell = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, end - sizeof(uint))) ^ Digits; // the last digit is in the highest byte
                var before = BitOperations.LeadingZeroCount(cell & Separators); // 11 for one digit, 19 for two digits, 27 for three digits
                if ((uint)(before - 11) > 16) return false;
                cell &= uint.MaxValue << (35 - before);
                var value = (cell >> 24) + 10 * (cell >> 16 & 0xFF) + 100 * (cell >> 8 & 0xFF);
                if (value > byte.MaxValue) return false;
                Unsafe.Add(ref target, pixel + BitOperations.PopCount(commas & ((1UL << end) - 1))) = (byte)value;
            }
            pixel += cells;
        }
        return pixel == DigitImage.PixelCount;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | (ulong)high.ExtractMostSignificantBits() << (Bits / 2);
}
