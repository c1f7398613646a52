using System.Text.Json;

namespace MnistService.Model.Files;

/// <summary>Describes why a file operation failed without the file's path, which .NET's messages contain: paths of the server never reach a client.</summary>
public static class FileFailure
{
    private const int NoSpace = 28, OverQuota = 122, ReadOnly = 30; // errno on Linux: ENOSPC, EDQUOT, EROFS

    /// <param name="failure">As thrown; it belongs in the log, with its path.</param>
    /// <returns>A sentence with its period.</returns>
    public static string Describe(Exception failure) => failure switch
    {
        JsonException e => $"its JSON is invalid at {(e.Path is { Length: > 0 } path ? path : "$")}, line {e.LineNumber + 1}.",
        FileNotFoundException or DirectoryNotFoundException => "it does not exist.",
        UnauthorizedAccessException => "access is denied.",
        EndOfStreamException => "it ends too early.",
        PathTooLongException => "its name is too long.",
        IOException { HResult: NoSpace } => "the disk is full.",
        IOException { HResult: OverQuota } => "the disk quota is used up.",
        IOException { HResult: ReadOnly } => "the file system is read-only.",
        _ => "the service's log has the reason.",
    };
}
