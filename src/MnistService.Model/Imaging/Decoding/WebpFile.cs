using System.Buffers.Binary;
using System.Text;
using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// Checks the chunks of a WebP (RFC 9649) without decoding the pixels: the sizes of the canvas and of each bitstream, and whether the file is complete.
/// </summary>
internal static class WebpFile
{
    private const int FileHeader = 12, ChunkHeader = 8, AnimationHeader = 16;

    /// <returns>The EXIF orientation; <see cref="SKEncodedOrigin.TopLeft"/> (upright) if the file has no EXIF chunk or no valid orientation.</returns>
    /// <exception cref="ImageException">The WebP is damaged or truncated, has no image, or has a size outside the limits.</exception>
    public static SKEncodedOrigin Check(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        var end = ChunkHeader + (long)Number(bytes[4..]);
        if (end < FileHeader || end > bytes.Length) throw Damaged($"ends at byte {bytes.Length}; its header declares {end} bytes");
        SKEncodedOrigin? orientation = null;
        var images = 0;
        var chunks = new Chunks(bytes[FileHeader..(int)end]);
        while (chunks.MoveNext())
        {
            if (chunks.Type.SequenceEqual("EXIF"u8)) orientation ??= ExifData.Orientation(chunks.Data);
            else images += CheckImage(chunks.Type, chunks.Data, maxPixels);
        }
        if (!chunks.IsComplete) throw Damaged($"has a chunk (number {chunks.Count + 1}) that ends after byte {end}, the declared end of the file");
        return images > 0 ? orientation ?? SKEncodedOrigin.TopLeft : throw Damaged("has no image; expected a VP8 or VP8L chunk");
    }

    /// <returns>Width and height in pixels; <c>null</c> if the first chunk is incomplete or does not contain the size.</returns>
    public static (long Width, long Height)? TryReadSize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FileHeader) return null;
        var chunks = new Chunks(bytes[FileHeader..]);
        return chunks.MoveNext() ? SizeOf(chunks.Type, chunks.Data) : null;
    }

    /// <summary>
    /// Checks the image size that a VP8X chunk (canvas), a VP8 or VP8L chunk (bitstream) or the chunks within an ANMF chunk (animation frame) declare. Ignores
    /// chunks of other types.
    /// </summary>
    /// <returns>Number of VP8 and VP8L bitstreams in the chunk.</returns>
    private static int CheckImage(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, int maxPixels)
    {
        if (type.SequenceEqual("ANMF"u8))
        {
            var images = 0;
            var chunks = new Chunks(data.Length < AnimationHeader ? default : data[AnimationHeader..]);
            while (chunks.MoveNext())
                if (!chunks.Type.SequenceEqual("ANMF"u8)) images += CheckImage(chunks.Type, chunks.Data, maxPixels);
            return images;
        }
        var isCanvas = type.SequenceEqual("VP8X"u8);
        if (!isCanvas && !type.SequenceEqual("VP8 "u8) && !type.SequenceEqual("VP8L"u8)) return 0;
        if (SizeOf(type, data) is not { } size)
            throw Damaged($"has a chunk {Encoding.ASCII.GetString(type).TrimEnd()} of {data.Length} bytes without a valid image header");
        ImageSize.Check(size.Width, size.Height, maxPixels);
        return isCanvas ? 0 : 1;
    }

    private static (long Width, long Height)? SizeOf(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        if (type.SequenceEqual("VP8X"u8) && data.Length >= 10) return (1 + Three(data[4..]), 1 + Three(data[7..]));
        if (type.SequenceEqual("VP8 "u8) && data.Length >= 10 && data[3..].StartsWith<byte>([0x9D, 0x01, 0x2A]))
            return (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
        if (type.SequenceEqual("VP8L"u8) && data.Length >= 5 && data[0] == 0x2F)
        {
            var bits = Number(data[1..]);
            return (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF));
        }
        return null;
    }

    private static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ImageException Damaged(string what) => new(ImageError.Unreadable, $"The WebP {what}. Send the complete file, or save the image as a PNG.");

    /// <summary>Enumerates RIFF chunks: type (4 bytes), length (4), data, and a padding byte after an odd length.</summary>
    private ref struct Chunks(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public ReadOnlySpan<byte> Type { get; private set; }

        public ReadOnlySpan<byte> Data { get; private set; }

        /// <summary>Number of chunks that were read so far.</summary>
        public int Count { get; private set; }

        /// <summary>Whether all bytes belong to the chunks that were read. False after the last chunk if the bytes end within a further chunk.</summary>
        public readonly bool IsComplete => _rest.IsEmpty;

        public bool MoveNext()
        {
            if (_rest.Length < ChunkHeader) return false;
            var length = Number(_rest[4..]);
            if (length > _rest.Length - ChunkHeader) return false;
            Type = _rest[..4];
            Data = _rest.Slice(ChunkHeader, (int)length);
            Count++;
            _rest = _rest[Math.Min(ChunkHeader + (int)length + ((int)length & 1), _rest.Length)..];
            return true;
        }
    }
}
