namespace MnistService.Startup;

/// <summary>Settings under <c>MnistService:Data</c>: the data directory and the download of MNIST.</summary>
internal sealed class DataOptions
{
    internal const string Section = "MnistService:Data";

    /// <summary>
    /// Directory of MNIST's files, uploaded data, submissions and the SQLite file; created if absent. Default: <c>data</c>, in the
    /// repository when run from source, otherwise in the working directory.
    /// </summary>
    public string Directory { get; set; } = SourceTree.Folder("data");

    /// <summary>Whether MNIST is downloaded when it is needed and absent. Default true.</summary>
    public bool Download { get; set; } = true;
}
