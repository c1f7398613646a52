using System.Runtime.InteropServices;
using MnistService.Model.Imaging;

namespace MnistService.Inference;

/// <summary>The requests that one worker computes together, and the buffers it computes them in; reused for every batch.</summary>
/// <param name="capacity">Images that fit.</param>
internal sealed class InferenceBatch(int capacity)
{
    private readonly List<InferenceRequest> _requests = [];

    public int Capacity => capacity;

    /// <summary>Images of all requests.</summary>
    public int Images { get; private set; }

    /// <summary>Something was still queued when this batch was taken.</summary>
    public bool LeftWorkBehind { get; set; }

    public ReadOnlySpan<InferenceRequest> Requests => CollectionsMarshal.AsSpan(_requests);

    /// <summary>[Capacity×784] bytes.</summary>
    public byte[] Pixels { get; } = new byte[capacity * DigitImage.PixelCount];

    /// <summary>[Capacity×10].</summary>
    public float[] Probabilities { get; } = new float[capacity * InferenceResult.Classes];

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
}
