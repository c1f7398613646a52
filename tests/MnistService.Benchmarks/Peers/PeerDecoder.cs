using System.Buffers;
using SkiaSharp;

namespace MnistService.Benchmarks.Peers;

/// <summary>Decodes a 28×28 image with Skia to grayscale, into a reused buffer. Not thread-safe.</summary>
internal sealed class PeerDecoder
{
    private static readonly SKImageInfo Wanted = new(28, 28, SKColorType.Gray8, SKAlphaType.Opaque);

    private readonly byte[] _pixels = GC.AllocateArray<byte>(784, pinned: true);

    /// <summary>The 784 pixels of the last decoded image.</summary>
    internal ReadOnlySpan<byte> Pixels => _pixels;

    /// <returns><c>false</c> if the file is not a decodable image or its size is not 28×28.</returns>
    internal unsafe bool TryRead(ReadOnlySequence<byte> file)
    {
        var bytes = file.IsSingleSegment ? file.FirstSpan : file.ToArray();
        fixed (byte* start = bytes, pixels = _pixels)
        {
            using var data = SKData.Create((nint)start, bytes.Length);
            using var codec = SKCodec.Create(data);
            return codec is not null && codec.Info.Width == Wanted.Width && codec.Info.Height == Wanted.Height
                && codec.GetPixels(Wanted, (nint)pixels) == SKCodecResult.Success;
        }
    }
}
