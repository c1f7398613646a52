using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>
/// A row of 784 bare numbers in order, which is what nearly every line is: no quotes, spaces or fractions. 64 bytes at a time
/// become three masks of bits (commas, digits, zeros); of the cells only those that are not "0" are looked at one by one,
/// a fifth of MNIST's.
/// </summary>
internal static class PlainCsvRow
{
    /// <summary>Bytes that can be read before a row, the last of them a comma or a line's end: a cell is read as the four bytes before its end.</summary>
    internal const int Lead = 4;

    /// <summary>Bytes that can be read behind a row, whatever they are.</summary>
    internal const int Slack = Bits;

    private const int Bits = 64;

    // The digits' bytes less '0' are 0 to 9; a comma and a line's end differ from '0' in this bit.
    private const uint Digits = 0x30303030, Separators = 0x10101010;

    /// <param name="text">Holds the row and, around it, <see cref="Lead"/> and <see cref="Slack"/>.</param>
    /// <param name="start">Of the row in it.</param>
    /// <param name="length">Of the row, without the line's end.</param>
    /// <param name="pixels">[784]; on false of no meaning.</param>
    /// <returns>False: it is not such a row, and is for the careful loop, which also knows what to say about it.</returns>
    /// <remarks>Optimised from the first call on: in its first tier this is slower than all the rest of an upload.</remarks>
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
        var (commasBefore, zerosBefore) = (1UL << (Bits - 1), 0UL); // what stands before the row ends a cell
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
                // The row ends here, and its end ends a cell as a comma does.
                var end = 1UL << (length - at);
                (commas, zeros, digits) = (commas & (end - 1) | end, zeros & (end - 1), digits & (end - 1));
                known = end | (end - 1);
            }
            var cells = BitOperations.PopCount(commas);
            if ((commas | digits) != known || pixel + cells > DigitImage.PixelCount) return false;
            // Ends of cells, save those of a "0" with an end before it: the picture is 0 there already.
            var ends = commas & ~((zeros << 1 | zerosBefore >> (Bits - 1)) & (commas << 2 | commasBefore >> (Bits - 2)));
            (commasBefore, zerosBefore) = (commas, zeros);
            for (; ends != 0; ends &= ends - 1)
            {
                var end = BitOperations.TrailingZeroCount(ends);
                var cell = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref bytes, end - sizeof(uint))) ^ Digits; // the last digit is in the highest byte
                var before = BitOperations.LeadingZeroCount(cell & Separators); // 11, 19, 27: one, two, three digits since the cell before
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
