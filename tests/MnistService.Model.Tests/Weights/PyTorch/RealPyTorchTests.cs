using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;
using MnistService.TestSupport;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Weights.PyTorch;

/// <summary>Exports the service's CNN to PyTorch, and imports one of PyTorch's, through the file formats of both.</summary>
public sealed class RealPyTorchTests : IDisposable
{
    private const int Pictures = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("pytorch-").FullName;

    [Fact]
    public void A_network_moves_to_PyTorch_and_back()
    {
        TorchRuntime.Load();
        var weights = Path.Combine(Assert.Single(Directory.GetDirectories(Path.Combine(MnistLocation.Root, "models"), "cnn-*")), "weights.safetensors");
        var ours = Safetensors.Read(File.ReadAllBytes(weights));
        File.Copy(weights, InFolder("ours.safetensors"));
        File.WriteAllBytes(InFolder("ours.pth"), PyTorchFile.Write(ours));
        var logits = Logits(ours);

        RealPyTorch.Run(Path.Combine(PyTorchFixtures.Sources, "compare_with_pytorch.py"), _folder);

        var theirLogits = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(InFolder("logits.f32"))).ToArray();
        Assert.Equal(Pictures * 10, theirLogits.Length);
        for (var i = 0; i < logits.Length; i++)
            Assert.InRange(Math.Abs(logits[i] - theirLogits[i]), 0, 1e-4f * Math.Abs(theirLogits[i]) + 1e-5f);

        var theirs = Safetensors.Read(File.ReadAllBytes(InFolder("theirs.safetensors")));
        using var network = Network.Create(NetworkKind.Cnn);
        foreach (var name in new[] { "theirs.pth", "theirs-legacy.pth" })
        {
            var read = PyTorchFile.Read(File.ReadAllBytes(InFolder(name)));
            Network.Import(network, read);
            Assert.Equal(theirs.Tensors.Select(t => t.Name), read.Tensors.Select(t => t.Name));
            foreach (var tensor in theirs.Tensors) Assert.Equal(tensor.Bytes.ToArray(), read[tensor.Name].Bytes.ToArray());
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string InFolder(string name) => Path.Combine(_folder, name);

    /// <summary>Logits [8×10] of the four golden images and four noise images. Also writes their standardized pixels to the test folder.</summary>
    private float[] Logits(StateDict state)
    {
        var pixels = new byte[Pictures * DigitImage.PixelCount];
        new Random(28).NextBytes(pixels);
        GoldenInputs.Pixels.CopyTo(pixels, 0);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Network.Create(NetworkKind.Cnn);
        Network.Import(network, state);
        network.eval();
        var input = NetworkInput.FromPixels(tensor(pixels, [Pictures, DigitImage.PixelCount], dtype: ScalarType.Byte), PixelScaling.Unit);
        File.WriteAllBytes(InFolder("pictures.f32"), input.reshape(Pictures, DigitImage.PixelCount).contiguous().bytes.ToArray());
        return network.forward(input).data<float>().ToArray();
    }
}
