using System.Buffers.Binary;
using System.Text;

namespace MnistService.Drawings;

/// <summary>Splits a valid PNG into chunks, and writes valid or damaged PNGs from chunks.</summary>
internal static class PngChunks
{
    private const int Signature = 8, Overhead = 12;

    public static List<(string Type, byte[] Data)> Of(ReadOnlySpan<byte> file)
    {
        var chunks = new List<(string, byte[])>();
        for (var at = Signature; at < file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            chunks.Add((Encoding.ASCII.GetString(file.Slice(at + 4, 4)), file.Slice(at + 8, length).ToArray()));
            at += Overhead + length;
        }
        return chunks;
    }

    public static byte[] Write(IEnumerable<(string Type, byte[] Data)> chunks)
    {
        var file = new PngWriter();
        foreach (var (type, data) in chunks) file.Chunk(type, data);
        return file.ToArray();
    }

    /// <summary>Returns copies of a valid file with one chunk missing, empty, doubled, moved, cut, or with a wrong checksum, type or length.</summary>
    public static IEnumerable<(string What, byte[] File)> Damaged(byte[] sound)
    {
        var chunks = Of(sound);
        for (var i = 0; i < chunks.Count; i++)
        {
            var (type, data) = chunks[i];
            var (at, end) = PlaceOf(chunks, i);
            yield return ($"{type} missing", Write([.. chunks[..i], .. chunks[(i + 1)..]]));
            if (data.Length > 0) yield return ($"{type} empty", Write([.. chunks[..i], (type, []), .. chunks[(i + 1)..]]));
            yield return ($"{type} doubled", Write([.. chunks[..(i + 1)], .. chunks[i..]]));
            if (i > 0) yield return ($"{type} first", Write([chunks[i], .. chunks[..i], .. chunks[(i + 1)..]]));
            if (i < chunks.Count - 1) yield return ($"{type} last", Write([.. chunks[..i], .. chunks[(i + 1)..], chunks[i]]));
            yield return ($"{type} with a wrong checksum", Patched(sound, end - 1, [(byte)(sound[end - 1] ^ 1)]));
            yield return ($"{type} with another type", Patched(sound, at + 4, "ABCD"u8));
            yield return ($"{type} with a type of no letters", Patched(sound, at + 4, [0, 255, 1, 2]));
            foreach (var length in (uint[])[(uint)data.Length + 1, 0x00FF_FFFF, int.MaxValue, 0x8000_0000, uint.MaxValue])
                yield return ($"{type} that says {length} bytes", Patched(sound, at, BigEndian(length)));
            for (var cut = at; cut < end; cut += Math.Max(1, (end - at) / 10)) yield return ($"cut after {cut - at} bytes of {type}", sound[..cut]);
        }
    }

    private static (int At, int End) PlaceOf(List<(string Type, byte[] Data)> chunks, int index)
    {
        var at = Signature + chunks.Take(index).Sum(chunk => chunk.Data.Length + Overhead);
        return (at, at + chunks[index].Data.Length + Overhead);
    }

    private static byte[] Patched(byte[] file, int at, ReadOnlySpan<byte> bytes)
    {
        var patched = file.ToArray();
        bytes.CopyTo(patched.AsSpan(at));
        return patched;
    }

    private static byte[] BigEndian(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
