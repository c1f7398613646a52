using MnistService.Model.Imaging;

namespace MnistService.Predict.Decoding;

/// <summary>
/// Limits the memory of all images that are decoded at the same time to an eighth of the available memory. An image that needs more, up to half of the
/// available memory, is decoded alone. Without this limit, a machine with many processors and little memory could run out of memory. Predictions and zip files
/// have separate limits.
/// </summary>
/// <param name="available">Memory that is available to the process, in bytes.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class BitmapMemory(long available)
{
    /// <summary>Creates an instance whose limits are fractions of the memory that is available to this process.</summary>
    internal static BitmapMemory OfProcess() => new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(0.1);

    private readonly object _gate = new(); // not a System.Threading.Lock, which Monitor.Wait does not support
    private long _taken;

    /// <summary>Maximum memory in bytes of all images that are decoded at the same time. An image that needs more is decoded alone.</summary>
    internal long Max { get; } = available / 8;

    /// <summary>
    /// Reserves memory for decoding one image. Blocks until the memory is available. An image may exceed <see cref="Max"/> if no other image is being decoded.
    /// </summary>
    /// <param name="bytes">Memory in bytes that decoding the image needs, from <see cref="DecodeCost.Memory"/>. At most half of the available memory.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The reservation, which the caller must dispose after the image was decoded.</returns>
    /// <exception cref="OperationCanceledException">The wait was canceled.</exception>
    /// <exception cref="ImageException">The image needs more than half of the available memory.</exception>
    internal Reservation Take(long bytes, CancellationToken cancellation)
    {
        if (bytes > available / 2)
        {
            throw new ImageException(ImageError.TooLarge,
                $"Decoding the image needs {(bytes + (1 << 20) - 1) >> 20} MB; at most {available >> 21} MB, half of the service's memory, are allowed. Scale the image down, or save it as a baseline JPEG.");
        }
        lock (_gate)
        {
            for (; _taken > 0 && _taken + bytes > Max; Monitor.Wait(_gate, CheckInterval)) cancellation.ThrowIfCancellationRequested();
            _taken += bytes;
        }
        return new(this, bytes);
    }

    /// <summary>Memory that is reserved for decoding one image. Disposing the reservation releases the memory.</summary>
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
