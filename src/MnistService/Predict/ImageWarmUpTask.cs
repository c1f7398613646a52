using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Predict;

/// <summary>Startup task that decodes an image, so that loading Skia and JIT compilation do not delay the first client.</summary>
internal sealed class ImageWarmUpTask : IStartupTask
{
    public string Name => "images";

    public void Run() => ImageWarmUp.Run();
}
