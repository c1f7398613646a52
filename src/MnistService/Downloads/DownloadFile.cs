namespace MnistService.Downloads;

/// <summary>Opens files to be sent. An open file can be read to its end although its name is deleted meanwhile.</summary>
internal static class DownloadFile
{
    private static readonly FileStreamOptions Options = new()
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        BufferSize = 0, // the copy to the client has a buffer of its own
    };

    /// <returns>Null when there is no such file.</returns>
    internal static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, Options);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
