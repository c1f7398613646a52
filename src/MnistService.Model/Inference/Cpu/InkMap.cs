using System.Numerics;
using MnistService.Model.Imaging;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Marks the ink pixels of an image, with one bit per pixel. Most pixels are paper, and the outputs of a convolution over paper alone are precomputed.
/// Therefore, only outputs whose receptive field contains ink are computed per image.
/// </summary>
internal sealed class InkMap
{
    /// <summary>Number of tiles of the second convolution: 7×7. Each tile has 2×2 outputs, which are pooled to one.</summary>
    public const int Tiles = WinogradConvolution.OutputSide * WinogradConvolution.OutputSide;

    private readonly uint[] _rows = new uint[DigitImage.Side];

    /// <summary>One bit mask per row of the image. Bit x is set if the pixel in column x is not 0 (paper).</summary>
    public Span<uint> Rows => _rows;

    /// <summary>A map with all bits set, as if every pixel were ink: every output is computed.</summary>
    public static InkMap Everywhere { get; } = CreateFull();

    /// <summary>
    /// Finds the columns of one output row of the first convolution, after pooling, that depend on ink. Output row r depends on the pixel rows 2r−1 to 2r+2,
    /// and output column c on the pixel columns 2c−1 to 2c+2.
    /// </summary>
    /// <param name="row">Index of the output row, 0 to 13.</param>
    /// <returns>The first column and the exclusive end of the columns; (0, 0) if no output of the row depends on ink.</returns>
    public (int First, int End) PooledColumns(int row)
    {
        var ink = Union(2 * row - 1, 2 * row + 2);
        if (ink == 0) return (0, 0);
        var (left, right) = (BitOperations.TrailingZeroCount(ink), BitOperations.Log2(ink));
        return (Math.Max(left - 1, 0) / 2, Math.Min((right + 1) / 2 + 1, FirstConvolution.OutputSide));
    }

    /// <summary>
    /// Finds the tiles of the second convolution that depend on ink. Tile row r depends on the pixel rows 4r−3 to 4r+6, and tile column c on the pixel columns
    /// 4c−3 to 4c+6.
    /// </summary>
    /// <param name="tiles">[<see cref="Tiles"/>]; receives the row-major indices of the tiles that depend on ink.</param>
    /// <returns>The number of tiles that depend on ink.</returns>
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
