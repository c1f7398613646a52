namespace MnistService.Downloads;

/// <summary>Opens files for downloads. An open file can be read to its end even if the file is deleted during the download.</summary>
internal static class DownloadFile
{
    private static readonly FileStreamOptions Options = new()
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
        BufferSize = 0, // no buffer, because the copy to the client uses its own buffer
    };

    /// <returns>The open file; null if the file does not exist.</returns>
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
