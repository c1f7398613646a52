using Microsoft.Extensions.Options;

namespace MnistService.Startup;

/// <summary>Settings under <c>MnistService:Models</c>: the model store, an installed libtorch, and the size limit of imported files.</summary>
internal sealed class ModelsOptions
{
    internal const string Section = "MnistService:Models";

    /// <summary>
    /// Directory of the model store. Default: <c>models</c>, in the repository if the service runs from source, otherwise in the working directory.
    /// </summary>
    public string Directory { get; set; } = SourceTree.Folder("models");

    /// <summary>Directory of an installed libtorch, for builds with <c>TorchBackend=external</c>; null if the build includes libtorch.</summary>
    public string? LibTorch { get; set; }

    /// <summary>Maximum size in bytes of a model file that <c>POST /models</c> imports; a larger file is answered with 413. Default 32 MB.</summary>
    [SettingRange(1 << 10, 256 << 20)]
    public long MaxImportBytes { get; set; } = 32 << 20;
}

[OptionsValidator]
internal sealed partial class ModelsOptionsValidator : IValidateOptions<ModelsOptions>;
