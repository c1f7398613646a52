using MnistService.Model.Imaging;
using MnistService.Startup;

namespace MnistService.Predict;

/// <summary>The first picture is read at start, and not for the first client.</summary>
internal sealed class PictureStartup : IStartWork
{
    public string Name => "pictures";

    public void Run() => PictureWarmUp.Run();
}
