using MnistService.Model.Architectures;
using MnistService.Model.Native;

namespace MnistService.Model.Tests.Architectures;

/// <summary>Compares the static tables of tensor names, shapes and types with the modules of TorchSharp.</summary>
public sealed class NetworkTensorsTests
{
    public NetworkTensorsTests() => TorchRuntime.Load();

    [Theory]
    [InlineData(NetworkKind.Cnn)]
    [InlineData(NetworkKind.Mlp)]
    public void Names_shapes_types_and_the_count_of_parameters_are_those_of_the_modules(NetworkKind kind)
    {
        using var network = Network.Create(kind);
        Assert.Equal(
            Network.Export(network).Tensors.Select(t => $"{t.Name} {t.Type} [{string.Join(',', t.Shape)}]"),
            NetworkTensors.Of(kind).Select(t => $"{t.Name} {t.Type} [{string.Join(',', t.Shape)}]"));
        Assert.Equal(Network.CountParameters(network), NetworkTensors.CountParameters(kind));
        Assert.Equal((kind, Network.CountParameters(network)), NetworkTensors.Recognize(Network.Export(network)));
    }
}
