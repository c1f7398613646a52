using System.Buffers.Binary;
using System.Text;

namespace MnistService.Drawings;

/// <summary>Splits WebP files into chunks, and writes WebP files from chunks.</summary>
internal static class WebpChunks
{
    public static List<(string Type, byte[] Data)> Of(byte[] file)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = 12; at + 8 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4));
            chunks.Add((Encoding.ASCII.GetString(file, at, 4), file[(at + 8)..(at + 8 + length)]));
            at += 8 + length + (length & 1);
        }
        return chunks;
    }

    public static byte[] Write(IEnumerable<(string Type, byte[] Data)> chunks)
    {
        byte[] body = [.. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Data))];
        return [.. "RIFF"u8, .. Number(body.Length + 4), .. "WEBP"u8, .. body];
    }

    /// <summary>A VP8X chunk.</summary>
    /// <param name="flags">0x02 animation, 0x08 EXIF.</param>
    public static (string, byte[]) Canvas(byte flags, int width, int height) => ("VP8X", [flags, 0, 0, 0, .. Number(width - 1)[..3], .. Number(height - 1)[..3]]);

    /// <summary>A file with EXIF metadata.</summary>
    /// <param name="simple">A file with one bitstream chunk.</param>
    public static byte[] WithExif(byte[] simple, int width, int height, byte[] exif) => Write([Canvas(0x08, width, height), Of(simple).Single(), ("EXIF", exif)]);

    /// <summary>An animation of equal frames.</summary>
    /// <param name="simple">A file with one bitstream chunk.</param>
    public static byte[] Animation(byte[] simple, int width, int height, int frames)
    {
        var image = Of(simple).Single();
        byte[] frame = [0, 0, 0, 0, 0, 0, .. Number(width - 1)[..3], .. Number(height - 1)[..3], 100, 0, 0, 0, .. Chunk(image.Type, image.Data)];
        return Write([Canvas(0x02, width, height), ("ANIM", new byte[6]), .. Enumerable.Repeat(("ANMF", frame), frames)]);
    }

    private static byte[] Chunk(string type, byte[] data) => [.. Encoding.ASCII.GetBytes(type), .. Number(data.Length), .. data, .. new byte[data.Length & 1]];

    private static byte[] Number(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
