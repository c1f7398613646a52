namespace MnistService.Predict.Decoding;

/// <summary>
/// Limits the memory of images that are decoded in parallel. On a machine with many processors and little memory, not all threads can decode a large image at
/// the same time.
/// </summary>
/// <param name="max">Limit in bytes. A single image is always admitted, even if it exceeds the limit.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class BitmapMemory(long max)
{
    /// <summary>Memory per pixel in bytes: 8 in total, of which 4 managed bytes for the image processing. The other 4 are native memory of the bitmap.</summary>
    internal const int BytesPerPixel = 8, ManagedBytesPerPixel = 4;

    private readonly object _gate = new(); // Monitor.Wait needs an object
    private long _taken;

    /// <summary>Blocks until memory for an image is available.</summary>
    /// <param name="pixels">Number of pixels, or an upper bound such as the decode cost of <see cref="DecodePool.CostOf"/>.</param>
    internal void Take(long pixels)
    {
        lock (_gate)
        {
            while (_taken > 0 && _taken + pixels * BytesPerPixel > max) Monitor.Wait(_gate);
            _taken += pixels * BytesPerPixel;
        }
    }

    internal void Return(long pixels)
    {
        lock (_gate)
        {
            _taken -= pixels * BytesPerPixel;
            Monitor.PulseAll(_gate);
        }
    }
}
