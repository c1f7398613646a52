namespace MnistService.Startup;

/// <summary>Settings under <c>MnistService:Data</c>: the data directory and the download of MNIST.</summary>
internal sealed class DataOptions
{
    internal const string Section = "MnistService:Data";

    /// <summary>
    /// Directory of MNIST's files, uploaded data sets, submissions, checkpoints and the SQLite file; created if absent. Default: <c>data</c>, in the repository
    /// if the service runs from source, otherwise in the working directory.
    /// </summary>
    public string Directory { get; set; } = SourceTree.Folder("data");

    /// <summary>Whether the service downloads MNIST's files when they are needed and absent. Default true.</summary>
    public bool Download { get; set; } = true;
}
