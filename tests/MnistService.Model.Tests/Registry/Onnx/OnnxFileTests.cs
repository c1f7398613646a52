using System.Runtime.InteropServices;
using System.Text;
using MnistService.Model.Architectures;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.Model.Registry.Onnx;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Tests.Registry.Onnx;

/// <summary>ONNX Runtime computes the same results from the file as TorchSharp's modules from the same weights.</summary>
public sealed class OnnxFileTests(ITestOutputHelper output)
{
    public static MatrixTheoryData<NetworkKind, PixelScaling, int> EveryNetwork { get; } =
        new(Enum.GetValues<NetworkKind>(), Enum.GetValues<PixelScaling>(), [1, 7, 64]);

    [Theory]
    [MemberData(nameof(EveryNetwork))]
    public void It_answers_as_the_modules_do(NetworkKind kind, PixelScaling scaling, int batch)
    {
        var state = RandomState(kind, seed: batch);
        var pixels = new byte[batch * 784];
        new Random(batch).NextBytes(pixels);
        var (expectedLogits, largest) = AskModules(kind, scaling, state, pixels);
        // Chosen so that the probabilities are neither almost equal nor almost 0 and 1, which would hide differences.
        var card = Card(kind) with { Scaling = scaling, Temperature = largest / 4 };
        var expected = Softmax(expectedLogits, card.Temperature);

        using var session = new OnnxRuntimeSession(OnnxFile.Write(card, state));
        var (logits, probabilities) = session.Run(pixels);

        Assert.Equal((batch * 10, batch * 10), (logits.Length, probabilities.Length));
        var (inLogits, inProbabilities) = (Difference(expectedLogits, logits), Difference(expected, probabilities));
        output.WriteLine($"logits {inLogits:g2} of {largest:g3}, probabilities {inProbabilities:g2} of {expected.Max():g3}");
        Assert.InRange(inLogits, 0, 1e-5 * largest);
        Assert.InRange(inProbabilities, 0, 1e-4);
        Assert.InRange(expected.Max(), 0.2, 0.999);
    }

    [Fact]
    public void It_says_what_goes_in_and_what_comes_out()
    {
        using var session = new OnnxRuntimeSession(OnnxFile.Write(Card(NetworkKind.Cnn), RandomState(NetworkKind.Cnn, 1)));
        var (name, input) = Assert.Single(session.Session.InputMetadata);
        Assert.Equal(("pixels", typeof(float)), (name, input.ElementType));
        Assert.Equal([-1, 1, 28, 28], input.Dimensions);
        Assert.Equal("batch", input.SymbolicDimensions[0]);
        Assert.Equal(["logits", "probabilities"], session.Session.OutputMetadata.Keys);
        Assert.All(session.Session.OutputMetadata.Values, o => Assert.Equal(("batch", 10, typeof(float)), (o.SymbolicDimensions[0], o.Dimensions[1], o.ElementType)));
    }

    [Fact]
    public void It_says_which_model_it_is()
    {
        var measured = new ModelCard.Measurement(10_000, 0.9967, 0.01, []);
        var (card, state) = (Card(NetworkKind.Mlp), RandomState(NetworkKind.Mlp, 1));
        using var session = new OnnxRuntimeSession(OnnxFile.Write(card with { Test = measured, Validation = measured with { Accuracy = 0.5 } }, state));
        var metadata = session.Session.ModelMetadata;
        Assert.Equal(("MnistService", card.Id), (metadata.ProducerName, metadata.GraphName));
        Assert.Equal(
            new() { ["id"] = card.Id, ["network"] = "mlp", ["weightsSha256"] = card.WeightsSha256, ["validationAccuracy"] = "0.5", ["testAccuracy"] = "0.9967" },
            metadata.CustomMetadataMap);
        using var unmeasured = new OnnxRuntimeSession(OnnxFile.Write(card, state));
        Assert.Equal(["id", "network", "weightsSha256"], unmeasured.Session.ModelMetadata.CustomMetadataMap.Keys.Order());
    }

    [Fact]
    public void The_weights_keep_PyTorchs_names()
    {
        var state = RandomState(NetworkKind.Cnn, 1);
        var file = OnnxFile.Write(Card(NetworkKind.Cnn), state);
        foreach (var tensor in state.Tensors.Where(t => t.Type == StateType.F32))
        {
            var (name, elements) = (Encoding.ASCII.GetBytes(tensor.Name), file.AsSpan().IndexOf(tensor.Bytes.Span));
            Assert.True(elements > 0, tensor.Name);
            // The elements are preceded by their tag and length (2 to 5 bytes), and these by the name.
            Assert.True(file.AsSpan(elements - name.Length - 5, name.Length + 5).IndexOf(name) >= 0, tensor.Name);
        }
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        var (card, state) = (Card(NetworkKind.Cnn), RandomState(NetworkKind.Cnn, 1));
        Assert.Equal(OnnxFile.Write(card, state), OnnxFile.Write(card, state));
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        var (cnn, mlp) = (RandomState(NetworkKind.Cnn, 1), RandomState(NetworkKind.Mlp, 1));
        Assert.Contains("'features.0.weight' is missing", Assert.Throws<ModelFormatException>(() => OnnxFile.Write(Card(NetworkKind.Cnn), mlp)).Message, StringComparison.Ordinal);
        Assert.Contains("expected F32 [256,784]", Assert.Throws<ModelFormatException>(() => OnnxFile.Write(Card(NetworkKind.Mlp), cnn)).Message, StringComparison.Ordinal);
    }

    private static ModelCard Card(NetworkKind kind) => new()
    {
        Id = $"{kind.ToString().ToLowerInvariant()}-02n5fcr25cmqp",
        Network = kind,
        Parameters = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
        WeightsSha256 = new string('a', 64),
        GoldenOutputs = [],
    };

    /// <summary>Initial weights of training, with batch norm that scales, shifts and negates its channels at random.</summary>
    private static StateDict RandomState(NetworkKind kind, int seed)
    {
        TorchRuntime.Load();
        using var network = Network.Create(kind);
        Network.Initialize(network, seed);
        var random = new Random(seed);
        var normalizations = network.modules().OfType<TorchSharp.Modules.BatchNorm>().Count();
        var state = Network.Export(network);
        var layers = state.Tensors.Where(t => t.Name.EndsWith(".running_var", StringComparison.Ordinal)).Select(t => t.Name[..^"running_var".Length]).ToList();
        Assert.Equal(normalizations, layers.Count);
        return new(state.Tensors.Select(tensor => layers.Find(layer => tensor.Name.StartsWith(layer, StringComparison.Ordinal)) is { } layer && tensor.Type == StateType.F32
            ? tensor with { Bytes = Numbers(tensor.Shape[0], tensor.Name[layer.Length..] == "running_var" ? (0.01, 4) : (-2, 2), random) }
            : tensor));
    }

    private static byte[] Numbers(long count, (double Least, double Most) range, Random random)
    {
        var numbers = new float[count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)(range.Least + (range.Most - range.Least) * random.NextDouble());
        return MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
    }

    private static (float[] Logits, float Largest) AskModules(NetworkKind kind, PixelScaling scaling, StateDict state, byte[] pixels)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var network = Network.Create(kind);
        Network.Import(network, state);
        network.eval();
        var logits = network.forward(NetworkInput.FromPixels(tensor(pixels, [pixels.Length / 784, 784], dtype: ScalarType.Byte), scaling)).data<float>().ToArray();
        return (logits, logits.Max(Math.Abs));
    }

    private static float[] Softmax(float[] logits, double temperature)
    {
        using var scope = NewDisposeScope();
        using Scalar divisor = temperature;
        return tensor(logits, [logits.Length / 10, 10]).div(divisor).softmax(1).data<float>().ToArray();
    }

    private static double Difference(float[] expected, float[] found) => expected.Zip(found, (a, b) => (double)Math.Abs(a - b)).Max();
}
