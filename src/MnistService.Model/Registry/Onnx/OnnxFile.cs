using System.Globalization;
using System.Reflection;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry.Onnx;

/// <summary>
/// Exports models in ONNX format, for ONNX Runtime and other runtimes. The file contains the graph and its weights as one protobuf message
/// (<c>onnx.ModelProto</c>). The export requires neither libtorch nor a protobuf library. Format: https://github.com/onnx/onnx/blob/v1.10.0/docs/IR.md
/// </summary>
public static class OnnxFile
{
    /// <summary>Version of the file format (IR) of ONNX 1.10 (2021). Runtimes for later versions also read this format.</summary>
    private const int IrVersion = 8;

    /// <summary>Version of the operator set of ONNX 1.10 (2021). In later versions, the operators that the exporter uses have the same meaning.</summary>
    private const int OperatorSet = 15;

    private const string Producer = "MnistService";

    private static readonly string ProducerVersion =
        typeof(OnnxFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>
    /// Exports a model. The output is deterministic. Input <c>pixels</c>: float32 [batch,1,28,28], raw pixels, 0 = paper, 255 = ink; the graph standardizes the
    /// pixels. Outputs: <c>logits</c> and <c>probabilities</c>, float32 [batch,10]. The probabilities use the card's temperature.
    /// </summary>
    /// <param name="card">Provides the network architecture, the pixel scaling, the temperature and the metadata.</param>
    /// <param name="state">The weights. Names, shapes and types are checked; the tensors keep their PyTorch names.</param>
    /// <returns>The bytes of the ONNX file.</returns>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public static byte[] Write(ModelCard card, StateDict state)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(state);
        var model = new ProtobufWriter();
        model.Integer(OnnxSchema.Model.IrVersion, IrVersion);
        model.Text(OnnxSchema.Model.ProducerName, Producer);
        model.Text(OnnxSchema.Model.ProducerVersion, ProducerVersion);
        model.Text(OnnxSchema.Model.DocString, "Classifies a handwritten digit, 0 to 9, from 28x28 raw pixels.");
        model.Bytes(OnnxSchema.Model.Graph, NetworkGraph.Of(card, state).Written);
        model.Message(OnnxSchema.Model.OpsetImport, set => set.Integer(OnnxSchema.OperatorSetId.Version, OperatorSet));
        foreach (var (key, value) in Metadata(card))
        {
            model.Message(OnnxSchema.Model.MetadataProps, entry =>
            {
                entry.Text(OnnxSchema.StringStringEntry.Key, key);
                entry.Text(OnnxSchema.StringStringEntry.Value, value);
            });
        }
        return model.Written.ToArray();
    }

    /// <summary>Returns the metadata entries of the ONNX file, which are taken from the model card.</summary>
    private static IEnumerable<(string Key, string Value)> Metadata(ModelCard card)
    {
        yield return ("id", card.Id);
        yield return ("network", card.Network.ToString().ToLowerInvariant());
        yield return ("weightsSha256", card.WeightsSha256);
        if (card.Validation is { } validation) yield return ("validationAccuracy", validation.Accuracy.ToString(CultureInfo.InvariantCulture));
        if (card.Test is { } test) yield return ("testAccuracy", test.Accuracy.ToString(CultureInfo.InvariantCulture));
    }
}
