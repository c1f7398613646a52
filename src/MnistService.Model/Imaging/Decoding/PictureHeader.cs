using System.Buffers.Binary;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>What a picture says of its size, read without looking at the rest: an estimate of what decoding it will take, not a check.</summary>
internal static class PictureHeader
{
    private const int PngWidth = 16, PngHeight = 20, PngLength = 24; // signature (8), IHDR's length (4) and type (4), then these

    /// <returns>Width × height; 0 where the bytes have no such header, and decoding will say so at once.</returns>
    public static long Pixels(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= PngLength && bytes.StartsWith(PictureSignature.Png))
            return Product(BinaryPrimitives.ReadUInt32BigEndian(bytes[PngWidth..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[PngHeight..]));
        return JpegHeader.TryFindFrame(bytes) is { } frame
            ? Product(BinaryPrimitives.ReadUInt16BigEndian(bytes[(frame.Start.Value + 5)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(frame.Start.Value + 3)..]))
            : 0;
    }

    private static long Product(uint width, uint height) => (long)Math.Min(width, int.MaxValue) * Math.Min(height, int.MaxValue);
}
