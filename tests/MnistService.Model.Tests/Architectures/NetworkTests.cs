using MnistService.Model.Architectures;
using MnistService.Model.Native;
using MnistService.Model.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Architectures;

public sealed class NetworkTests
{
    public NetworkTests() => TorchRuntime.Load();

    [Fact]
    public void The_cnn_has_the_notebooks_state_dict_in_names_order_and_shapes()
    {
        using var network = new DigitCnn();
        string[] expected =
        [
            "features.0.weight [16,1,3,3]", "features.0.bias [16]",
            "features.2.weight [16]", "features.2.bias [16]", "features.2.running_mean [16]", "features.2.running_var [16]", "features.2.num_batches_tracked []",
            "features.4.weight [32,16,3,3]", "features.4.bias [32]",
            "features.6.weight [32]", "features.6.bias [32]", "features.6.running_mean [32]", "features.6.running_var [32]", "features.6.num_batches_tracked []",
            "classify.0.weight [256,1568]", "classify.0.bias [256]",
            "classify.2.weight [256]", "classify.2.bias [256]", "classify.2.running_mean [256]", "classify.2.running_var [256]", "classify.2.num_batches_tracked []",
            "classify.3.weight [10,256]", "classify.3.bias [10]",
        ];
        Assert.Equal(expected, Network.Export(network).Tensors.Select(t => $"{t.Name} [{string.Join(',', t.Shape)}]"));
    }

    [Fact]
    public void The_cnn_has_409642_parameters_and_the_baseline_204042()
    {
        using var cnn = new DigitCnn();
        using var mlp = new DigitMlp();
        Assert.Equal(409_642, Network.CountParameters(cnn));
        Assert.Equal(204_042, Network.CountParameters(mlp));
    }

    [Fact]
    public void The_cnns_layers_stand_in_the_notebooks_order_with_normalisation_after_the_activation()
    {
        using var network = new DigitCnn();
        var layers = network.modules().Where(m => m is not Sequential).Select(m => m.GetType().Name);
        Assert.Equal(
            ["Conv2d", "ReLU", "BatchNorm2d", "MaxPool2d", "Conv2d", "ReLU", "BatchNorm2d", "MaxPool2d", "Linear", "ReLU", "BatchNorm1d", "Linear"], layers);
    }

    [Theory]
    [InlineData(NetworkKind.Cnn)]
    [InlineData(NetworkKind.Mlp)]
    public void Pictures_become_ten_logits_each(NetworkKind kind)
    {
        using var scope = NewDisposeScope();
        using var network = Network.Create(kind);
        network.eval();
        Assert.Equal([5, 10], network.forward(zeros(5, 1, 28, 28)).shape);
    }

    [Fact]
    public void The_layout_of_the_weights_does_not_change_the_answers()
    {
        using var scope = NewDisposeScope();
        using var network = new DigitCnn();
        Network.Initialize(network, seed: 1);
        network.eval();
        using var generator = new Generator(1, CPU);
        var x = rand([3, 1, 28, 28], generator: generator);
        var before = network.forward(x);
        Network.LayOutChannelsLast(network);
        Assert.True((network.forward(x) - before).abs().max().item<float>() < 1e-5);
        Assert.Equal([9L, 1, 3, 1], network.parameters().First().stride());
    }

    [Theory]
    [InlineData(PixelScaling.Unit, 0, -0.42407)]
    [InlineData(PixelScaling.Unit, 255, 2.82154)]
    [InlineData(PixelScaling.Raw, 255, 827.208)]
    public void Pixels_are_standardised_with_MNISTs_mean_and_deviation(PixelScaling scaling, int pixel, double expected)
    {
        using var scope = NewDisposeScope();
        var input = NetworkInput.FromPixels(full([2, 784], pixel, dtype: ScalarType.Byte), scaling);
        Assert.Equal([2, 1, 28, 28], input.shape);
        Assert.Equal(expected, input[1, 0, 27, 27].item<float>(), 3);
    }

    [Fact]
    public void Pixels_keep_their_places()
    {
        using var scope = NewDisposeScope();
        var pixels = zeros([1, 784], dtype: ScalarType.Byte);
        pixels[0, 3 * 28 + 5] = 255;
        Assert.True(NetworkInput.FromPixels(pixels, PixelScaling.Unit)[0, 0, 3, 5].item<float>() > 2);
    }

    [Fact]
    public void Importing_names_what_is_missing_extra_or_of_another_shape()
    {
        using var network = new DigitMlp();
        var good = Network.Export(network).Tensors;
        AssertRefused([.. good.Skip(1)], "'classify.0.weight' is missing");
        AssertRefused([.. good, good[0] with { Name = "surprise" }], "Tensor 'surprise' is unexpected");
        AssertRefused([good[0] with { Shape = [784, 256] }, .. good.Skip(1)], "is F32 [784,256]; expected F32 [256,784]");

        void AssertRefused(StateTensor[] tensors, string message) =>
            Assert.Contains(message, Assert.Throws<ModelFormatException>(() => Network.Import(network, new StateDict(tensors))).Message, StringComparison.Ordinal);
    }
}
