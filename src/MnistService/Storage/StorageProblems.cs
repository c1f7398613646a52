using MnistService.Http;

namespace MnistService.Storage;

/// <summary>Problem type of the error response if a store has reached its quota.</summary>
internal static class StorageProblems
{
    internal static readonly ProblemType Full = new(507, StorageFullException.Code, "The store is full",
        "{0} Delete some of the stored items, or raise the limit. Nothing was stored.",
        "The store has 10000 submissions; the maximum is 10000 (MnistService:Storage:Submissions:MaxCount).");
}
