using System.Text.Json;

namespace MnistService.Model.Files;

/// <summary>
/// Describes why a file operation failed, without the file's path. .NET's own messages contain the path, and paths of the server must not reach a client.
/// </summary>
public static class FileFailure
{
    private const int NoSpace = 28, OverQuota = 122, ReadOnly = 30; // Linux errno values ENOSPC, EDQUOT and EROFS

    /// <param name="failure">The exception as thrown. Its own message can contain the path, so it may be written to the log but not sent to a client.</param>
    /// <returns>A lower-case clause without the path and with a period, e.g. "the disk is full.", to append to a message.</returns>
    public static string Describe(Exception failure) => failure switch
    {
        JsonException e => $"the JSON is invalid at path {(e.Path is { Length: > 0 } path ? path : "$")}, line {e.LineNumber + 1}.",
        FileNotFoundException or DirectoryNotFoundException => "the file does not exist.",
        UnauthorizedAccessException => "access to the file is denied.",
        EndOfStreamException => "the data ends too early.",
        PathTooLongException => "the file name is too long.",
        IOException { HResult: NoSpace } => "the disk is full.",
        IOException { HResult: OverQuota } => "the disk quota is exceeded.",
        IOException { HResult: ReadOnly } => "the file system is read-only.",
        _ => "the service's log has the reason.",
    };
}
