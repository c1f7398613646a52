using System.Buffers;
using SkiaSharp;

namespace MnistService.Benchmarks.Peers;

/// <summary>Reads a 28×28 grey PNG with Skia into a buffer that is used again. For one thread.</summary>
internal sealed class PeerDecoder
{
    private static readonly SKImageInfo Wanted = new(28, 28, SKColorType.Gray8, SKAlphaType.Opaque);

    private readonly byte[] _pixels = GC.AllocateArray<byte>(784, pinned: true);

    /// <summary>[784] of the picture that was read last.</summary>
    internal ReadOnlySpan<byte> Pixels => _pixels;

    /// <returns>False when it is another picture, or none.</returns>
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
