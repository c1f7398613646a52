using MnistService.Http;

namespace MnistService.Database;

/// <summary>Errors of the database.</summary>
internal static class DatabaseProblems
{
    internal static readonly ProblemType StorageFailed = new(507, "storage_failed", "The database could not be written to",
        "The disk that the database is on is full or cannot be written to. Nothing was stored.");
}
