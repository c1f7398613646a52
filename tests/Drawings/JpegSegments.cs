using System.Buffers.Binary;

namespace MnistService.Drawings;

/// <summary>JPEG files of all kinds, drawn by <c>jpeg/make</c>, and damaged copies of a file.</summary>
internal static class JpegSegments
{
    public const int Digit = 5;

    private const byte StartOfScan = 0xDA;

    private const string Folder = "jpeg/";

    /// <summary>Content of the embedded JPEG files by file name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Files { get; } = typeof(JpegSegments).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).ToDictionary(name => name[Folder.Length..], Resource);

    /// <summary>
    /// Returns copies of a valid file with one segment missing, doubled, first, last, cut, with wrong lengths, or with a changed byte. The scan segment
    /// includes its data.
    /// </summary>
    public static IEnumerable<(string What, byte[] File)> Damaged(byte[] sound)
    {
        var segments = Of(sound);
        byte[] Join(IEnumerable<byte[]> parts) => [0xFF, 0xD8, .. parts.SelectMany(part => part), 0xFF, 0xD9];
        for (var i = 0; i < segments.Count; i++)
        {
            var name = $"segment {segments[i][1]:X2}, number {i},";
            byte[] With(ushort length)
            {
                var segment = segments[i].ToArray();
                BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), length);
                return Join([.. segments[..i], segment, .. segments[(i + 1)..]]);
            }
            yield return ($"{name} missing", Join([.. segments[..i], .. segments[(i + 1)..]]));
            yield return ($"{name} doubled", Join([.. segments[..(i + 1)], .. segments[i..]]));
            yield return ($"{name} first", Join([segments[i], .. segments[..i], .. segments[(i + 1)..]]));
            yield return ($"{name} last", Join([.. segments[..i], .. segments[(i + 1)..], segments[i]]));
            yield return ($"{name} cut in its middle", Join([.. segments[..i], segments[i][..(segments[i].Length / 2)]])[..^2]);
            foreach (var length in (ushort[])[0, 1, 2, 3, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(segments[i].AsSpan(2)) + 1), ushort.MaxValue]) yield return ($"{name} that says {length} bytes", With(length));
            for (var at = 4; at < Math.Min(segments[i].Length, 20); at += 3)
            {
                var changed = segments[i].ToArray();
                changed[at] = (byte)~changed[at];
                yield return ($"{name} with another byte {at}", Join([.. segments[..i], changed, .. segments[(i + 1)..]]));
            }
        }
    }

    /// <summary>Splits a file into segments: marker, length and content; a scan segment also includes the data that follows.</summary>
    private static List<byte[]> Of(byte[] file)
    {
        var segments = new List<byte[]>();
        for (var at = 2; at + 4 <= file.Length;)
        {
            var end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
            if (file[at + 1] == StartOfScan)
                while (end + 2 < file.Length && !(file[end] == 0xFF && file[end + 1] is not (0 or (>= 0xD0 and <= 0xD7)))) end++;
            segments.Add(file[at..Math.Min(end, file.Length)]);
            at = end;
        }
        return segments;
    }

    private static byte[] Resource(string name)
    {
        using var resource = typeof(JpegSegments).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
