namespace MnistService.Inference;

/// <summary>The two lines of waiting work: predictions go first, CSV rows fill what is left of a batch.</summary>
internal enum Lane
{
    Predict,
    Bulk,
}
