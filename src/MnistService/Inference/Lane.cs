namespace MnistService.Inference;

/// <summary>Priority lane of the queue. Predictions have priority; rows of a CSV (bulk) fill the rest of a batch.</summary>
internal enum Lane
{
    Predict,
    Bulk,
}
