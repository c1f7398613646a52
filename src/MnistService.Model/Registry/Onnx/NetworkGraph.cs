using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry.Onnx;

/// <summary>
/// Builds the networks as ONNX graphs, layer by layer, with PyTorch's layer names. The graph includes preprocessing and postprocessing: the input
/// is raw pixels, and the outputs are logits and calibrated probabilities.
/// </summary>
internal static class NetworkGraph
{
    private static readonly string[] NormalizationParts = ["weight", "bias", "running_mean", "running_var"]; // input order of ONNX's BatchNormalization

    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    internal static OnnxGraph Of(ModelCard card, StateDict state)
    {
        var graph = new OnnxGraph(card.Id, state)
            .Input("pixels",
                "Pixels from 0 (paper) to 255 (ink), row by row. As in MNIST, the digit fits into 20x20 pixels, and its center of mass is in the middle.",
                1, DigitImage.Side, DigitImage.Side)
            .Standardization(card.Scaling);
        graph = card.Network switch
        {
            NetworkKind.Cnn => graph.Cnn(),
            NetworkKind.Mlp => graph.Mlp(),
            _ => throw new ArgumentOutOfRangeException(nameof(card), card.Network, "Unknown network."),
        };
        return graph
            .Output("Logits: one value per digit, not calibrated.", 10)
            .Then("Div", "calibrated", [graph.Number("temperature", card.Temperature)])
            .Then("Softmax", "probabilities", [], OnnxAttribute.Integer("axis", 1))
            .Output("Calibrated probabilities: one value per digit, softmax(logits / temperature).", 10);
    }

    private static OnnxGraph Cnn(this OnnxGraph graph) => graph // [N,1,28,28]
        .Convolution("features.0", 1, 16)      // [N,16,28,28]
        .Relu("features.1")
        .Normalization("features.2", 16)
        .MaxPool("features.3")                 // [N,16,14,14]
        .Convolution("features.4", 16, 32)     // [N,32,14,14]
        .Relu("features.5")
        .Normalization("features.6", 32)
        .MaxPool("features.7")                 // [N,32,7,7]
        .Flatten()                             // [N,1568]
        .Classifier(32 * 7 * 7);

    private static OnnxGraph Mlp(this OnnxGraph graph) => graph // [N,1,28,28]
        .Flatten()                             // [N,784]
        .Classifier(DigitImage.PixelCount);

    private static OnnxGraph Classifier(this OnnxGraph graph, long inputs) => graph // [N,inputs]
        .Linear("classify.0", inputs, 256)     // [N,256]
        .Relu("classify.1")
        .Normalization("classify.2", 256)
        .Linear("classify.3", 256, 10, "logits"); // [N,10]

    private static OnnxGraph Standardization(this OnnxGraph graph, PixelScaling scaling)
    {
        var (mean, deviation) = NetworkInput.Statistics(scaling);
        return graph.Then("Sub", "centered", [graph.Number("mean", mean)]).Then("Div", "standardized", [graph.Number("deviation", deviation)]);
    }

    private static OnnxGraph Convolution(this OnnxGraph graph, string layer, long inputs, long outputs) => graph.Then("Conv", layer,
        [graph.Weight($"{layer}.weight", outputs, inputs, 3, 3), graph.Weight($"{layer}.bias", outputs)],
        OnnxAttribute.Integers("kernel_shape", 3, 3), OnnxAttribute.Integers("pads", 1, 1, 1, 1));

    /// <summary>Adds batch norm as a separate node instead of merging it into the next layer, so that the graph has the structure of the network.</summary>
    private static OnnxGraph Normalization(this OnnxGraph graph, string layer, long channels) => graph.Then("BatchNormalization", layer,
        [.. NormalizationParts.Select(part => graph.Weight($"{layer}.{part}", channels))],
        OnnxAttribute.Float("epsilon", 1e-5f)); // PyTorch's default epsilon of batch norm

    private static OnnxGraph Linear(this OnnxGraph graph, string layer, long inputs, long outputs, string? name = null) => graph.Then("Gemm", name ?? layer,
        [graph.Weight($"{layer}.weight", outputs, inputs), graph.Weight($"{layer}.bias", outputs)], OnnxAttribute.Integer("transB", 1));

    private static OnnxGraph Relu(this OnnxGraph graph, string layer) => graph.Then("Relu", layer, []);

    private static OnnxGraph MaxPool(this OnnxGraph graph, string layer) => graph.Then("MaxPool", layer, [],
        OnnxAttribute.Integers("kernel_shape", 2, 2), OnnxAttribute.Integers("strides", 2, 2));

    private static OnnxGraph Flatten(this OnnxGraph graph) => graph.Then("Flatten", "flatten", [], OnnxAttribute.Integer("axis", 1));
}
