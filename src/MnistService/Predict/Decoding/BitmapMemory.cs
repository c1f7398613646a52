using MnistService.Model.Imaging;

namespace MnistService.Predict.Decoding;

/// <summary>
/// Limits the memory of images that are decoded in parallel to an eighth of the available memory. Predictions and zip files have one instance each. On a machine with many processors and little memory, not all
/// threads can decode a large image at the same time.
/// </summary>
/// <param name="available">Memory of the process in bytes.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class BitmapMemory(long available)
{
    /// <summary>Creates an instance for the memory of this process.</summary>
    internal static BitmapMemory OfProcess() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(0.1);

    private readonly object _gate = new(); // Monitor.Wait needs an object
    private long _taken;

    /// <summary>Maximum memory in bytes of all images together, unless one image alone needs more.</summary>
    internal long Max { get; } = available / 8;

    /// <summary>Blocks until memory for an image is available. Without other images, one image may use more than an eighth.</summary>
    /// <param name="bytes">Memory from <see cref="DecodeCost.Memory"/>. At most half of the available memory.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The reservation. Dispose it when the image has been decoded.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    /// <exception cref="ImageException">The image needs more than half of the available memory.</exception>
    internal Reservation Take(long bytes, CancellationToken cancellation)
    {
        if (bytes > available / 2)
        {
            throw new ImageException(ImageError.TooLarge,
                $"Decoding the image needs {(bytes + (1 << 20) - 1) >> 20} MB; at most {available >> 21} MB, half of the service's memory, are allowed. Reduce the image, or save it as a baseline JPEG.");
        }
        lock (_gate)
        {
            for (; _taken > 0 && _taken + bytes > Max; Monitor.Wait(_gate, CheckInterval)) cancellation.ThrowIfCancellationRequested();
            _taken += bytes;
        }
        return new(this, bytes);
    }

    /// <summary>Memory that is reserved for decoding one image. Disposing it releases the memory.</summary>
    internal readonly struct Reservation(BitmapMemory memory, long bytes) : IDisposable
    {
        public void Dispose()
        {
            lock (memory._gate)
            {
                memory._taken -= bytes;
                Monitor.PulseAll(memory._gate);
            }
        }
    }
}
