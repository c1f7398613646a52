using System.Runtime.InteropServices;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Inference;

/// <summary>The requests that one worker computes together, and the buffers it computes them in; reused for every batch.</summary>
/// <param name="capacity">Images that fit.</param>
/// <remarks>Owned by one worker, for one thread.</remarks>
internal sealed class InferenceBatch(int capacity)
{
    private readonly List<InferenceRequest> _requests = [];
    private readonly byte[] _pixels = new byte[capacity * DigitImage.PixelCount];             // [capacity×784]
    private readonly float[] _probabilities = new float[capacity * InferenceResult.Classes];  // [capacity×10]

    public int Capacity => capacity;

    /// <summary>Images of all requests. More than <see cref="Capacity"/> only when there is one request.</summary>
    public int Images { get; private set; }

    /// <summary>There is nothing in it but the service's own probe.</summary>
    public bool IsProbe => _requests is [{ IsProbe: true }];

    /// <summary>Something was still queued when this batch was taken.</summary>
    public bool LeftWorkBehind { get; set; }

    public ReadOnlySpan<InferenceRequest> Requests => CollectionsMarshal.AsSpan(_requests);

    public void Add(InferenceRequest request)
    {
        _requests.Add(request);
        Images += request.Count;
    }

    public void Clear()
    {
        _requests.Clear();
        Images = 0;
        LeftWorkBehind = false;
    }

    /// <summary>Classifies some of the requests together.</summary>
    /// <returns>[N×10], their images in order; valid until the next call.</returns>
    public ReadOnlySpan<float> Classify(ReadOnlySpan<InferenceRequest> requests, IDigitClassifier classifier)
    {
        if (requests.Length == 1) return ClassifyAlone(requests[0].Pixels.Span, classifier);
        var images = 0;
        foreach (var request in requests)
        {
            request.Pixels.Span.CopyTo(_pixels.AsSpan(images * DigitImage.PixelCount));
            images += request.Count;
        }
        var probabilities = _probabilities.AsSpan(0, images * InferenceResult.Classes);
        classifier.Classify(_pixels.AsSpan(0, images * DigitImage.PixelCount), probabilities);
        return probabilities;
    }

    // Straight from the request's pixels; a request larger than a batch in several passes.
    private Span<float> ClassifyAlone(ReadOnlySpan<byte> pixels, IDigitClassifier classifier)
    {
        var images = pixels.Length / DigitImage.PixelCount;
        var probabilities = images <= capacity
            ? _probabilities.AsSpan(0, images * InferenceResult.Classes)
            : new float[images * InferenceResult.Classes];
        for (var first = 0; first < images; first += capacity)
        {
            var count = Math.Min(capacity, images - first);
            classifier.Classify(
                pixels.Slice(first * DigitImage.PixelCount, count * DigitImage.PixelCount),
                probabilities.Slice(first * InferenceResult.Classes, count * InferenceResult.Classes));
        }
        return probabilities;
    }
}
