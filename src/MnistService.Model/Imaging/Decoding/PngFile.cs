using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using SkiaSharp;

namespace MnistService.Model.Imaging.Decoding;

/// <summary>
/// A PNG that managed code has validated: either its pixels, or a PNG file for the native decoder (Skia). The PNG file has no text, color profile, animation or
/// trailing bytes.
/// </summary>
internal readonly ref struct PngFile
{
    private PngFile(ReadOnlySpan<byte> bytes, Bitmap? gray, SKEncodedOrigin orientation)
    {
        Bytes = bytes;
        Gray = gray;
        Orientation = orientation;
    }

    /// <summary>
    /// Pixels of a non-interlaced 8-bit grayscale PNG without transparency; <c>null</c> for any other PNG. The caller must dispose the bitmap.
    /// </summary>
    public Bitmap? Gray { get; }

    /// <summary>
    /// A complete PNG with only the chunks IHDR, PLTE, tRNS, one IDAT and IEND: the client's file if it already has this form, otherwise a rebuilt copy. Empty
    /// if <see cref="Gray"/> is not <c>null</c>.
    /// </summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>
    /// EXIF orientation of the pixels, from the first eXIf chunk with a correct checksum; upright if there is no such chunk. Skia ignores eXIf chunks.
    /// </summary>
    public SKEncodedOrigin Orientation { get; }

    /// <param name="bytes">A complete file that starts with the PNG signature.</param>
    /// <param name="maxPixels">Maximum width × height in pixels.</param>
    /// <exception cref="ImageException">The PNG is damaged or truncated, has no pixel data, or has a size outside the limits.</exception>
    public static PngFile Check(ReadOnlySpan<byte> bytes, int maxPixels)
    {
        var first = PngChunk.Read(bytes, ImageSignature.Png.Length);
        if (!first.Type.SequenceEqual("IHDR"u8)) throw Damaged($"starts with the chunk {Encoding.ASCII.GetString(first.Type)}; expected IHDR");
        var header = PngHeader.Parse(first.Data);
        ImageSize.Check(header.Width, header.Height, maxPixels);

        ReadOnlySpan<byte> palette = default, transparency = default, only = default; // only: data of the last IDAT chunk; used if it is the only one
        var (dataAt, dataEnd, dataChunks, clean) = (0, 0, 0, true);
        SKEncodedOrigin? orientation = null;
        var offset = ImageSignature.Png.Length + first.Whole.Length;
        while (true)
        {
            var chunk = PngChunk.Read(bytes, offset);
            var next = offset + chunk.Whole.Length;
            if (chunk.Type.SequenceEqual("IDAT"u8))
            {
                if (dataChunks++ == 0) dataAt = offset;
                else if (dataEnd != offset) throw Damaged($"has an IDAT chunk at byte {offset} that does not directly follow the other IDAT chunks");
                dataEnd = next;
                only = chunk.Data;
            }
            else if (chunk.Type.SequenceEqual("PLTE"u8))
            {
                if (dataChunks > 0 || !palette.IsEmpty) throw Damaged($"has a PLTE chunk at byte {offset}; expected at most one, before the IDAT chunks");
                palette = chunk.Whole;
                clean &= header.ColorType == PngHeader.Palette;
            }
            else if (chunk.Type.SequenceEqual("tRNS"u8) && dataChunks == 0 && transparency.IsEmpty && chunk.IsSound)
            {
                transparency = chunk.Whole;
            }
            else if (chunk.Type.SequenceEqual("IEND"u8))
            {
                clean &= next == bytes.Length;
                break;
            }
            else if (chunk.IsCritical)
            {
                throw Damaged($"has an unexpected critical chunk {Encoding.ASCII.GetString(chunk.Type)} at byte {offset}; "
                    + "expected only PLTE, IDAT and IEND after IHDR");
            }
            else
            {
                clean = false;
                if (chunk.Type.SequenceEqual("eXIf"u8) && chunk.IsSound) orientation ??= ExifData.Orientation(chunk.Data);
            }
            offset = next;
        }
        if (dataChunks == 0) throw Damaged($"has no IDAT chunk before its IEND chunk at byte {offset}; expected the pixel data");
        if (header.ColorType != PngHeader.Palette) palette = default;
        var colors = PaletteColors(header, palette);
        var stored = orientation ?? SKEncodedOrigin.TopLeft;
        var data = dataChunks == 1 ? only : Join(bytes, dataAt, dataEnd);
        if (header is { ColorType: PngHeader.Gray, BitDepth: 8, Interlaced: false } && transparency.IsEmpty) return new PngFile(default, ReadGray(data, header), stored);
        PngData.Read(data, header, colors, gray: null);
        return new PngFile(clean && dataChunks == 1 ? bytes : Rebuild(first.Whole, palette, transparency, data), gray: null, stored);
    }

    private static Bitmap ReadGray(ReadOnlySpan<byte> data, PngHeader header)
    {
        var gray = new Bitmap((int)header.Width, (int)header.Height, channels: 1);
        try
        {
            PngData.Read(data, header, colors: 0, gray);
            return gray;
        }
        catch
        {
            gray.Dispose();
            throw;
        }
    }

    private static int PaletteColors(PngHeader header, ReadOnlySpan<byte> chunk)
    {
        if (header.ColorType != PngHeader.Palette) return 0;
        if (chunk.IsEmpty) throw Damaged("has palette pixels but no PLTE chunk before the IDAT chunks");
        var colors = (chunk.Length - 12) / 3;
        return colors * 3 == chunk.Length - 12 && colors >= 1 && colors <= 1 << header.BitDepth
            ? colors
            : throw Damaged($"has a palette of {chunk.Length - 12} bytes for {header.BitDepth}-bit pixels; "
                + $"expected a multiple of 3, from 3 to {3 << header.BitDepth}");
    }

    private static byte[] Join(ReadOnlySpan<byte> bytes, int at, int end)
    {
        using var joined = new MemoryStream(end - at);
        while (at < end)
        {
            var chunk = PngChunk.Read(bytes, at);
            joined.Write(chunk.Data);
            at += chunk.Whole.Length;
        }
        return joined.ToArray();
    }

    private static byte[] Rebuild(ReadOnlySpan<byte> header, ReadOnlySpan<byte> palette, ReadOnlySpan<byte> transparency, ReadOnlySpan<byte> data)
    {
        using var file = new MemoryStream(header.Length + palette.Length + transparency.Length + data.Length + 32);
        file.Write(ImageSignature.Png);
        file.Write(header);
        file.Write(palette);
        file.Write(transparency);
        WriteChunk(file, "IDAT"u8, data);
        WriteChunk(file, "IEND"u8, default);
        return file.ToArray();
    }

    private static void WriteChunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        var checksum = new Crc32();
        checksum.Append(type);
        checksum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, checksum.GetCurrentHashAsUInt32());
        file.Write(number);
    }

    private static ImageException Damaged(string what) => new(ImageError.Unreadable, $"The PNG {what}. Save the image again.");
}
