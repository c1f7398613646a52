using MnistService.Hosting;
using MnistService.Model.Imaging;

namespace MnistService.Predict;

/// <summary>The first picture is read at start, and not for the first client.</summary>
internal sealed class PictureStartup : IStartWork
{
    public string Name => "pictures";

    public void Run() => PictureWarmUp.Run();
}
