using System.ComponentModel.DataAnnotations;

namespace MnistService.Startup;

/// <summary>Settings under <c>MnistService:Models</c>.</summary>
internal sealed class ModelsOptions
{
    internal const string Section = "MnistService:Models";

    /// <summary>Folder of the model store. Default: <c>models</c>, in the repository when run from source, else in the working directory.</summary>
    public string Directory { get; set; } = SourceTree.Folder("models");

    /// <summary>Folder of an installed libtorch, for builds with <c>TorchBackend=external</c>; null when it came with the build.</summary>
    public string? LibTorch { get; set; }

    /// <summary>Longest file that <c>POST /models</c> takes, in bytes.</summary>
    [Range(1 << 10, 256 << 20)]
    public long MaxImportBytes { get; set; } = 32 << 20;
}
