using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.Model.Tests.Registry;

/// <summary>The format of a weights file is recognized, or the file is rejected.</summary>
public sealed class ModelFileTests
{
    public ModelFileTests() => TorchRuntime.Load();

    private static StateDict Weights(NetworkKind kind)
    {
        using var network = Network.Create(kind);
        return Network.Export(network);
    }

    [Theory]
    [InlineData(NetworkKind.Cnn, 409_642)]
    [InlineData(NetworkKind.Mlp, 204_042)]
    public void The_network_is_recognised_in_either_format(NetworkKind kind, long parameters)
    {
        var state = Weights(kind);
        foreach (var (format, file) in new[] { ("safetensors", Safetensors.Write(state)), ("pytorch", PyTorchFile.Write(state)) })
        {
            var read = ModelFile.Read(file);
            Assert.Equal((format, kind, parameters), (read.Format, read.Network, read.Parameters));
            Assert.Equal(Safetensors.Write(state), Safetensors.Write(read.State));
        }
    }

    [Fact]
    public void Counts_of_batches_need_not_be_there()
    {
        var state = new StateDict(Weights(NetworkKind.Cnn).Tensors.Where(t => t.Type == StateType.F32));
        Assert.Equal(NetworkKind.Cnn, ModelFile.Read(PyTorchFile.Write(state)).Network);
    }

    [Theory]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("model.")]
    [InlineData("net.")]
    [InlineData("lit.encoder.")]
    [InlineData("module._orig_mod.model.")]
    [InlineData("classify.")] // a prefix that is also the start of real names
    [InlineData("features.")]
    public void A_prefix_of_all_names_is_removed_in_either_format(string prefix)
    {
        foreach (var kind in Enum.GetValues<NetworkKind>())
        {
            var state = Weights(kind);
            var prefixed = new StateDict(state.Tensors.Select(t => t with { Name = prefix + t.Name }));
            foreach (var file in new[] { Safetensors.Write(prefixed), PyTorchFile.Write(prefixed) })
                Assert.Equal(Safetensors.Write(state), Safetensors.Write(ModelFile.Read(file).State));
        }
    }

    /// <summary>An averaged model has one more tensor, and a model that was converted to half has counts of another type.</summary>
    [Fact]
    public void An_average_and_converted_counts_are_read()
    {
        var state = Weights(NetworkKind.Cnn);
        var other = new StateDict([new("n_averaged", StateType.I64, [], new byte[8]),
            .. state.Tensors.Select(t => t.Type == StateType.I64 ? new StateTensor("module." + t.Name, StateType.F32, [], new byte[4]) : t with { Name = "module." + t.Name })]);
        Assert.Equal(Safetensors.Write(state), Safetensors.Write(ModelFile.Read(PyTorchFile.Write(other)).State));
    }

    [Theory]
    [InlineData("encoder.0.weight", "The tensors do not match cnn: Tensor 'encoder.0.weight' is unexpected; expected 'features.0.weight' (F32 [16,1,3,3]).")]
    [InlineData("net.fc.bias", "Tensor 'net.fc.bias' is unexpected; expected 'features.0.weight' (F32 [16,1,3,3]).")]
    [InlineData("deep", "Tensor 'deep' is unexpected; expected 'features.0.weight' (F32 [16,1,3,3]).")]
    public void A_network_with_other_names_is_refused_with_a_found_and_an_expected_name(string name, string message)
    {
        var state = new StateDict([new(name, StateType.F32, [2], new byte[8])]);
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => ModelFile.Read(Safetensors.Write(state))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_accuracy_is_measured_with_ten_scalings()
    {
        var file = ModelFile.Read(Safetensors.Write(Weights(NetworkKind.Mlp)));
        var images = new LabeledImages(new byte[20 * 784], new byte[20]);
        var (scaling, import) = file.Measure(images, DeviceChoice.WithoutTorch("cpu")!, TestContext.Current.CancellationToken);
        Assert.Equal(Enum.GetValues<PixelScaling>(), import.Tried!.Select(tried => tried.Scaling));
        Assert.Equal(import.Tried!.Max(tried => tried.Accuracy), import.AccuracyWith(scaling));
        Assert.All(import.Tried!, tried => Assert.Equal(20, tried.Images));
    }

    [Fact]
    public void What_keeps_a_file_from_being_a_network_of_ours_is_named()
    {
        var state = Weights(NetworkKind.Mlp);
        var other = new StateDict(state.Tensors.Select(t => t.Name == "classify.3.bias" ? t with { Shape = [5, 2] } : t));
        var message = Assert.Throws<ModelFormatException>(() => ModelFile.Read(Safetensors.Write(other))).Message;
        Assert.Contains("The tensors do not match cnn: Tensor 'features.0.weight' is missing; expected F32 [16,1,3,3].", message, StringComparison.Ordinal);
        Assert.Contains("The tensors do not match mlp: Tensor 'classify.3.bias' is F32 [5,2]; expected F32 [10].", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no weights at all, but enough of them to hold a length")]
    public void Anything_else_is_refused(string text) => Assert.Throws<ModelFormatException>(() => ModelFile.Read(System.Text.Encoding.UTF8.GetBytes(text)));
}
