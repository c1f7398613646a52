using System.Buffers.Binary;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>Reads an image's size from the header, to estimate the cost of decoding. Does not validate the file.</summary>
internal static class ImageHeader
{
    private const int PngWidth = 16, PngHeight = 20, PngLength = 24; // offsets after the signature (8 bytes) and IHDR's length (4) and type (4)

    /// <returns>Width × height in pixels; 0 if the bytes have no PNG or JPEG header. Decoding such bytes fails at once.</returns>
    public static long Pixels(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= PngLength && bytes.StartsWith(ImageSignature.Png))
            return Product(BinaryPrimitives.ReadUInt32BigEndian(bytes[PngWidth..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[PngHeight..]));
        return JpegHeader.TryFindFrame(bytes) is { } frame
            ? Product(BinaryPrimitives.ReadUInt16BigEndian(bytes[(frame.Start.Value + 5)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(frame.Start.Value + 3)..]))
            : 0;
    }

    private static long Product(uint width, uint height) => (long)Math.Min(width, int.MaxValue) * Math.Min(height, int.MaxValue);
}
