using System.Runtime.InteropServices;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;

namespace MnistService.Inference;

/// <summary>The requests that one worker computes together, with the input and output buffers. One instance is reused for many batches.</summary>
/// <param name="capacity">Maximum number of images. A request with more images forms a batch alone.</param>
/// <remarks>Owned by one worker; not thread-safe.</remarks>
internal sealed class InferenceBatch(int capacity)
{
    private readonly List<InferenceRequest> _requests = [];
    private readonly byte[] _pixels = new byte[capacity * DigitImage.PixelCount];             // [capacity×784] pixels
    private readonly float[] _probabilities = new float[capacity * InferenceResult.Classes];  // [capacity×10] probabilities
    private readonly float[] _digitProbabilities = new float[capacity];                       // [capacity] digit probabilities

    public int Capacity => capacity;

    /// <summary>Total number of images. The number exceeds <see cref="Capacity"/> only if the batch is a single oversized request.</summary>
    public int Images { get; private set; }

    /// <summary>Whether the batch contains only a synthetic probe.</summary>
    public bool IsProbe => _requests is [{ IsProbe: true }];

    /// <summary>
    /// Whether requests remained in the queue when the batch was taken. Only a batch with such a backlog measures the throughput of a busy worker
    /// (<see cref="InferenceThroughput"/>).
    /// </summary>
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

    /// <param name="digitProbabilities">
    /// [K] digit probabilities of the first K images. Image K is the last image whose request has <see cref="InferenceRequest.WantsDigitScore"/>; K is 0 if
    /// there is no such request. Valid until the next call.
    /// </param>
    /// <returns>[N×10] probabilities of the digits for the N images of all requests, in the order of the requests. Valid until the next call.</returns>
    public ReadOnlySpan<float> Classify(ReadOnlySpan<InferenceRequest> requests, IDigitClassifier classifier, out ReadOnlySpan<float> digitProbabilities)
    {
        if (requests.Length == 1) return ClassifyAlone(requests[0], classifier, out digitProbabilities);
        var (images, scored) = (0, 0);
        foreach (var request in requests)
        {
            request.Pixels.Span.CopyTo(_pixels.AsSpan(images * DigitImage.PixelCount));
            images += request.Count;
            if (request.WantsDigitScore) scored = images;
        }
        var probabilities = _probabilities.AsSpan(0, images * InferenceResult.Classes);
        var digits = _digitProbabilities.AsSpan(0, scored);
        classifier.Classify(_pixels.AsSpan(0, images * DigitImage.PixelCount), probabilities, digits);
        digitProbabilities = digits;
        return probabilities;
    }

    // Classifies directly from the pixels of the request, without a copy. A request that exceeds the capacity is classified in several passes.
    private Span<float> ClassifyAlone(InferenceRequest request, IDigitClassifier classifier, out ReadOnlySpan<float> digitProbabilities)
    {
        var pixels = request.Pixels.Span;
        var images = request.Count;
        var fits = images <= capacity;
        var probabilities = fits ? _probabilities.AsSpan(0, images * InferenceResult.Classes) : new float[images * InferenceResult.Classes];
        Span<float> digits = !request.WantsDigitScore ? [] : fits ? _digitProbabilities.AsSpan(0, images) : new float[images];
        for (var first = 0; first < images; first += capacity)
        {
            var count = Math.Min(capacity, images - first);
            classifier.Classify(
                pixels.Slice(first * DigitImage.PixelCount, count * DigitImage.PixelCount),
                probabilities.Slice(first * InferenceResult.Classes, count * InferenceResult.Classes),
                request.WantsDigitScore ? digits.Slice(first, count) : []);
        }
        digitProbabilities = digits;
        return probabilities;
    }
}
