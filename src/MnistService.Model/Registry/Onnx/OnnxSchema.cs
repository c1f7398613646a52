namespace MnistService.Model.Registry.Onnx;

/// <summary>
/// Field numbers and constants of the ONNX protobuf messages, grouped by message. Contains only the fields that the exporter writes.
/// Source: https://github.com/onnx/onnx/blob/v1.10.0/onnx/onnx.proto3
/// </summary>
internal static class OnnxSchema
{
    internal static class Model
    {
        internal const int IrVersion = 1, ProducerName = 2, ProducerVersion = 3, DocString = 6, Graph = 7, OpsetImport = 8, MetadataProps = 14;
    }

    internal static class OperatorSetId
    {
        internal const int Version = 2;
    }

    internal static class StringStringEntry
    {
        internal const int Key = 1, Value = 2;
    }

    internal static class Graph
    {
        internal const int Node = 1, Name = 2, Initializer = 5, Input = 11, Output = 12;
    }

    internal static class Node
    {
        internal const int Input = 1, Output = 2, Name = 3, OpType = 4, Attribute = 5;
    }

    internal static class Attribute
    {
        internal const int Name = 1, F = 2, I = 3, Ints = 8, Type = 20;

        /// <summary>Value of the field <c>type</c> of an attribute whose value is in the field <c>f</c>: a 32-bit float.</summary>
        internal const int TypeFloat = 1;

        /// <summary>Value of the field <c>type</c> of an attribute whose value is in the field <c>i</c>: a 64-bit integer.</summary>
        internal const int TypeInt = 2;

        /// <summary>Value of the field <c>type</c> of an attribute whose value is in the field <c>ints</c>: a list of 64-bit integers.</summary>
        internal const int TypeInts = 7;
    }

    internal static class Tensor
    {
        internal const int Dims = 1, DataType = 2, Name = 8, RawData = 9;

        /// <summary>Value of the field <c>data_type</c> of a float32 tensor. The exporter writes only float32 tensors.</summary>
        internal const int Float = 1;
    }

    internal static class ValueInfo
    {
        internal const int Name = 1, Type = 2, DocString = 3;
    }

    internal static class Type
    {
        internal const int TensorType = 1;

        internal static class Tensor
        {
            internal const int ElemType = 1, Shape = 2;
        }
    }

    internal static class TensorShape
    {
        internal const int Dim = 1;

        internal static class Dimension
        {
            internal const int DimValue = 1, DimParam = 2;
        }
    }
}
