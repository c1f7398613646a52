using System.Runtime.InteropServices;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry.Onnx;

/// <summary>Builder for an ONNX graph that is a chain of operators: the first input of each operator is the output of the previous one.</summary>
internal sealed class OnnxGraph
{
    /// <summary>Symbolic name of the first dimension of the input and of the outputs: the batch size, which can differ in each run of the graph.</summary>
    private const string Batch = "batch";

    private readonly ProtobufWriter _graph = new();
    private readonly StateDict _state;
    private string _last = "";

    internal OnnxGraph(string name, StateDict state)
    {
        _state = state;
        _graph.Text(OnnxSchema.Graph.Name, name);
    }

    /// <summary>The serialized <c>GraphProto</c> message so far. The span is valid until the graph is extended.</summary>
    internal ReadOnlySpan<byte> Written => _graph.Written;

    /// <summary>Declares the float32 input of the graph, which the first operator reads.</summary>
    /// <param name="input">Name of the input.</param>
    /// <param name="meaning">Description for readers of the ONNX file, written to the field <c>doc_string</c>.</param>
    /// <param name="shape">Shape without the batch dimension.</param>
    internal OnnxGraph Input(string input, string meaning, params long[] shape)
    {
        WriteValue(OnnxSchema.Graph.Input, input, meaning, shape);
        _last = input;
        return this;
    }

    /// <summary>Declares the result of the last operator as an output of the graph.</summary>
    /// <param name="meaning">Description for readers of the ONNX file, written to the field <c>doc_string</c>.</param>
    /// <param name="shape">Shape without the batch dimension.</param>
    internal OnnxGraph Output(string meaning, params long[] shape)
    {
        WriteValue(OnnxSchema.Graph.Output, _last, meaning, shape);
        return this;
    }

    /// <summary>Appends an operator to the chain.</summary>
    /// <param name="operation">The ONNX operator type.</param>
    /// <param name="node">
    /// Unique name of the node and of its output. The node of a layer has PyTorch's layer name, except the last layer, <c>logits</c>.
    /// </param>
    /// <param name="parameters">
    /// Names of the second and later inputs of the operator, which <see cref="Weight"/> and <see cref="Number"/> have added to the graph.
    /// </param>
    /// <param name="attributes">Constant attributes of the operator.</param>
    internal OnnxGraph Then(string operation, string node, string[] parameters, params OnnxAttribute[] attributes)
    {
        var input = _last;
        _graph.Message(OnnxSchema.Graph.Node, message =>
        {
            message.Text(OnnxSchema.Node.Input, input);
            foreach (var parameter in parameters) message.Text(OnnxSchema.Node.Input, parameter);
            message.Text(OnnxSchema.Node.Output, node);
            message.Text(OnnxSchema.Node.Name, node);
            message.Text(OnnxSchema.Node.OpType, operation);
            foreach (var attribute in attributes) attribute.WriteTo(message);
        });
        _last = node;
        return this;
    }

    /// <summary>Adds a tensor of the state dict to the graph as an initializer with the same name.</summary>
    /// <returns>The name of the tensor.</returns>
    /// <exception cref="ModelFormatException">The tensor is missing, has the wrong shape, or is not float32.</exception>
    internal string Weight(string tensor, params long[] shape)
    {
        _state.Require(tensor, shape, StateType.F32);
        WriteInitializer(tensor, shape, _state[tensor].Bytes.Span);
        return tensor;
    }

    /// <summary>Adds a float32 scalar to the graph as an initializer.</summary>
    /// <returns>The name of the scalar.</returns>
    internal string Number(string number, double value)
    {
        var single = (float)value;
        WriteInitializer(number, [], MemoryMarshal.AsBytes(new ReadOnlySpan<float>(in single)));
        return number;
    }

    private void WriteInitializer(string tensor, long[] shape, ReadOnlySpan<byte> elements)
    {
        var message = new ProtobufWriter();
        foreach (var length in shape) message.Integer(OnnxSchema.Tensor.Dims, length);
        message.Integer(OnnxSchema.Tensor.DataType, OnnxSchema.Tensor.Float);
        message.Text(OnnxSchema.Tensor.Name, tensor);
        message.Bytes(OnnxSchema.Tensor.RawData, elements); // row-major and little-endian, like the state dict
        _graph.Bytes(OnnxSchema.Graph.Initializer, message.Written);
    }

    private void WriteValue(int field, string value, string meaning, long[] shape) => _graph.Message(field, message =>
    {
        message.Text(OnnxSchema.ValueInfo.Name, value);
        message.Message(OnnxSchema.ValueInfo.Type, type => type.Message(OnnxSchema.Type.TensorType, tensor =>
        {
            tensor.Integer(OnnxSchema.Type.Tensor.ElemType, OnnxSchema.Tensor.Float);
            tensor.Message(OnnxSchema.Type.Tensor.Shape, dimensions =>
            {
                dimensions.Message(OnnxSchema.TensorShape.Dim, first => first.Text(OnnxSchema.TensorShape.Dimension.DimParam, Batch));
                foreach (var length in shape)
                    dimensions.Message(OnnxSchema.TensorShape.Dim, next => next.Integer(OnnxSchema.TensorShape.Dimension.DimValue, length));
            });
        }));
        message.Text(OnnxSchema.ValueInfo.DocString, meaning);
    });
}
