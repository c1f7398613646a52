using System.Runtime.InteropServices;
using MnistService.Model.Weights;

namespace MnistService.Model.Registry.Onnx;

/// <summary>An ONNX graph as it grows: a chain of operators, each taking what the one before it gave.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The name of the first dimension of inputs and outputs: how many pictures there are is said when the graph is run.</summary>
    private const string Batch = "batch";

    private readonly ProtobufWriter _graph = new();
    private readonly StateDict _state;
    private string _last = "";

    internal OnnxGraph(string name, StateDict state)
    {
        _state = state;
        _graph.Text(OnnxSchema.Graph.Name, name);
    }

    /// <summary>The <c>GraphProto</c> so far.</summary>
    internal ReadOnlySpan<byte> Written => _graph.Written;

    /// <summary>Declares what the chain starts with.</summary>
    /// <param name="input">Its name; float32.</param>
    /// <param name="meaning">For people who open the file.</param>
    /// <param name="shape">Without the batch.</param>
    internal OnnxGraph Input(string input, string meaning, params long[] shape)
    {
        WriteValue(OnnxSchema.Graph.Input, input, meaning, shape);
        _last = input;
        return this;
    }

    /// <summary>Declares what the last operator gave as an output.</summary>
    /// <param name="meaning">For people who open the file.</param>
    /// <param name="shape">Without the batch.</param>
    internal OnnxGraph Output(string meaning, params long[] shape)
    {
        WriteValue(OnnxSchema.Graph.Output, _last, meaning, shape);
        return this;
    }

    /// <summary>Adds an operator. What it gives has its name.</summary>
    /// <param name="operation">The operator's type.</param>
    /// <param name="node">A name of its own, PyTorch's where it is a layer.</param>
    /// <param name="parameters">Names of the weights and numbers that it takes besides.</param>
    /// <param name="attributes">Its constants.</param>
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

    /// <summary>Puts one of the state's tensors into the graph, under its own name.</summary>
    /// <returns>The name.</returns>
    /// <exception cref="ModelFormatException">It is not there, or has another shape or type.</exception>
    internal string Weight(string tensor, params long[] shape)
    {
        _state.Require(tensor, shape, StateType.F32);
        WriteInitializer(tensor, shape, _state[tensor].Bytes.Span);
        return tensor;
    }

    /// <summary>Puts a number into the graph.</summary>
    /// <returns>Its name.</returns>
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
        message.Bytes(OnnxSchema.Tensor.RawData, elements); // row-major and little endian, like the state's
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
