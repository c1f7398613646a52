using System.Numerics;
using MnistService.Model.Imaging;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Where a picture has ink: a bit a pixel. Most of a picture is paper, and what a convolution makes of paper alone is known beforehand: only the places
/// that see ink have to be computed.
/// </summary>
internal sealed class InkMap
{
    /// <summary>Tiles of the second convolution: 7×7, each of 2×2 outputs that are pooled to one.</summary>
    public const int Tiles = WinogradConvolution.OutputSide * WinogradConvolution.OutputSide;

    private readonly uint[] _rows = new uint[DigitImage.Side];

    /// <summary>Bit x is set where pixel x of the row is not 0.</summary>
    public Span<uint> Rows => _rows;

    /// <summary>All of it: nothing is left out.</summary>
    public static InkMap Everywhere { get; } = CreateFull();

    /// <summary>Outputs of a row of the first convolution, pooled, that see ink: row and column r see the pixels 2r−1 to 2r+2.</summary>
    /// <returns>The first, and the one after the last; the same where there is none.</returns>
    public (int First, int End) PooledColumns(int row)
    {
        var ink = Union(2 * row - 1, 2 * row + 2);
        if (ink == 0) return (0, 0);
        var (left, right) = (BitOperations.TrailingZeroCount(ink), BitOperations.Log2(ink));
        return (Math.Max(left - 1, 0) / 2, Math.Min((right + 1) / 2 + 1, FirstConvolution.OutputSide));
    }

    /// <summary>Tiles of the second convolution that see ink: row and column t see the pixels 4t−3 to 4t+6.</summary>
    /// <param name="tiles">[<see cref="Tiles"/>], filled with their numbers, row by row.</param>
    /// <returns>How many.</returns>
    public int TilesWithInk(Span<byte> tiles)
    {
        const int side = WinogradConvolution.OutputSide, before = 3, window = 10;
        var count = 0;
        for (var row = 0; row < side; row++)
        {
            var ink = (ulong)Union(4 * row - before, 4 * row - before + window - 1) << before;
            for (var column = 0; column < side; column++)
            {
                tiles[count] = (byte)(row * side + column);
                count += (ink >> 4 * column & (1 << window) - 1) != 0 ? 1 : 0;
            }
        }
        return count;
    }

    private uint Union(int first, int last)
    {
        var ink = 0u;
        for (var row = Math.Max(first, 0); row <= Math.Min(last, DigitImage.Side - 1); row++) ink |= _rows[row];
        return ink;
    }

    private static InkMap CreateFull()
    {
        var map = new InkMap();
        map.Rows.Fill((1u << DigitImage.Side) - 1);
        return map;
    }
}
