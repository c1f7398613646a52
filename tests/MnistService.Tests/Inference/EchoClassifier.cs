using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Tests.Inference;

/// <summary>
/// A classifier whose result can be checked without a network: the digit of an image is its first pixel modulo ten. It records each violation
/// of the ownership contract (concurrent calls, another thread, use after disposal). A test can block it or make it fail.
/// </summary>
internal sealed class EchoClassifier(string modelId, string device = "cpu") : IDigitClassifier
{
    private int _busy;

    public string ModelId => modelId;

    public string Device => device;

    public List<int> BatchSizes { get; } = [];

    public int Disposals { get; private set; }

    public Thread? Owner { get; private set; }

    public string? Breach { get; private set; }

    /// <summary>Called in each batch, on the calling thread, with the pixels of all its images.</summary>
    public Action<byte[]>? OnClassify { get; init; }

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Span<float> digitProbabilities)
    {
        digitProbabilities.Fill(float.NaN);
        Enter("called");
        try
        {
            if (pixels.Length / DigitImage.PixelCount != probabilities.Length / 10) Breach = "The lengths do not match.";
            BatchSizes.Add(pixels.Length / DigitImage.PixelCount);
            OnClassify?.Invoke(pixels.ToArray());
            probabilities.Clear();
            for (var image = 0; image < pixels.Length / DigitImage.PixelCount; image++)
                probabilities[image * 10 + pixels[image * DigitImage.PixelCount] % 10] = 1;
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }
    }

    public void Dispose()
    {
        Enter("disposed");
        Disposals++;
        Volatile.Write(ref _busy, 0);
    }

    private void Enter(string what)
    {
        if (Interlocked.Exchange(ref _busy, 1) != 0) Breach = $"It was {what} while in use.";
        if (Disposals > 0) Breach = $"It was {what} after it had been disposed.";
        Owner ??= Thread.CurrentThread;
        if (Owner != Thread.CurrentThread) Breach = $"It was {what} on {Thread.CurrentThread.Name}, not on {Owner.Name}.";
    }
}
