using MnistService.Model.Native;

namespace MnistService.Model.Tests.Native;

public sealed class DeviceChoiceTests
{
    [Theory]
    [InlineData("auto", 0, "cpu", "auto: no CUDA device found")]
    [InlineData("auto", 1, "cuda:0", "auto: 1 CUDA device found, the first is used")]
    [InlineData("auto", 4, "cuda:0", "auto: 4 CUDA devices found, the first is used")]
    [InlineData("cpu", 2, "cpu", "requested by setting")]
    [InlineData("cuda", 1, "cuda:0", "requested by setting")]
    [InlineData("CUDA:1", 2, "cuda:1", "requested by setting")]
    public void A_device_is_chosen_with_a_reason(string setting, int cudaDevices, string device, string reason) =>
        Assert.Equal(new DeviceChoice(device, reason), DeviceChoice.Resolve(setting, cudaDevices));

    [Theory]
    [InlineData("cuda", 0, "this machine has no CUDA device")]
    [InlineData("cuda:1", 1, "this machine has 1 CUDA device")]
    [InlineData("gpu", 1, "'gpu' is not one of auto, cpu, cuda, cuda:N")]
    [InlineData("cuda:-1", 1, "is not one of auto, cpu, cuda, cuda:N")]
    public void A_device_that_is_not_there_is_refused_and_never_replaced(string setting, int cudaDevices, string message) =>
        Assert.Contains(message, Assert.Throws<DeviceUnavailableException>(() => DeviceChoice.Resolve(setting, cudaDevices)).Message, StringComparison.Ordinal);

    [Fact]
    public void Libtorch_is_really_asked_for_the_gpu()
    {
        // Regression: the original notebook tested the function `torch.cuda.is_available` instead of calling it, and so always assumed a GPU.
        TorchRuntime.Load();
        var expected = TorchSharp.torch.cuda_is_available() ? "cuda:0" : "cpu";
        Assert.Equal(expected, DeviceChoice.Resolve("auto").Name);
    }

    [Theory]
    [InlineData("cpu", true, "cpu")]
    [InlineData("auto", false, "cpu")]
    [InlineData("auto", true, null)]
    [InlineData("cuda", false, null)]
    public void Libtorch_is_asked_only_where_a_gpu_may_be_meant(string setting, bool hasDriver, string? device)
    {
        var choice = DeviceChoice.WithoutTorch(setting, () => hasDriver);
        Assert.Equal(device, choice?.Name);
        Assert.NotEqual(true, choice?.UsesTorch);
    }

    [Fact]
    public void The_version_that_is_written_down_is_libtorchs()
    {
        TorchRuntime.Load();
        Assert.Equal(TorchRuntime.Version, TorchSharp.torch.__version__);
    }
}
