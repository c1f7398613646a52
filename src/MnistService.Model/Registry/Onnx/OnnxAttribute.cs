namespace MnistService.Model.Registry.Onnx;

/// <summary>A named constant attribute of an ONNX operator. Reference of operators and attributes: https://onnx.ai/onnx/operators</summary>
internal sealed class OnnxAttribute
{
    private readonly Action<ProtobufWriter> _write;

    private OnnxAttribute(string name, int type, Action<ProtobufWriter> writeValue) => _write = attribute =>
    {
        attribute.Text(OnnxSchema.Attribute.Name, name);
        writeValue(attribute);
        attribute.Integer(OnnxSchema.Attribute.Type, type);
    };

    internal static OnnxAttribute Float(string name, float value) =>
        new(name, OnnxSchema.Attribute.TypeFloat, attribute => attribute.Float(OnnxSchema.Attribute.F, value));

    internal static OnnxAttribute Integer(string name, long value) =>
        new(name, OnnxSchema.Attribute.TypeInt, attribute => attribute.Integer(OnnxSchema.Attribute.I, value));

    internal static OnnxAttribute Integers(string name, params long[] values) => new(name, OnnxSchema.Attribute.TypeInts, attribute =>
    {
        foreach (var value in values) attribute.Integer(OnnxSchema.Attribute.Ints, value);
    });

    internal void WriteTo(ProtobufWriter node) => node.Message(OnnxSchema.Node.Attribute, _write);
}
