namespace MnistService.Predict.Decoding;

/// <summary>Bounds the memory of the images that are decoded at a time: on a machine of many processors and little memory not each may decode a large one.</summary>
/// <param name="max">Bytes; one image is always decoded.</param>
/// <remarks>Safe for all threads.</remarks>
internal sealed class BitmapMemory(long max)
{
    /// <summary>Of the bitmap itself (four, native) and of what is computed on it.</summary>
    internal const int BytesPerPixel = 8, ManagedBytesPerPixel = 4;

    private readonly object _gate = new(); // Monitor.Wait needs an object
    private long _taken;

    /// <summary>Blocks until there is memory for an image of so many pixels.</summary>
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
