using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>Writes a state dict in the zip format that <c>torch.save</c> uses since PyTorch 1.6, with one storage per tensor.</summary>
internal static class ZipWriter
{
    private const string Folder = "archive/";

    // The earliest timestamp that a zip archive can store. A fixed time keeps the output deterministic.
    private static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    internal static byte[] Write(StateDict state)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            // PyTorch takes the folder's name from the first entry.
            Add(archive, "data.pkl", Pickle(state));
            Add(archive, "byteorder", "little"u8);
            for (var i = 0; i < state.Tensors.Count; i++) Add(archive, $"data/{i}", state.Tensors[i].Bytes.Span);
            Add(archive, "version", "3\n"u8);
        }
        return file.ToArray();
    }

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> bytes)
    {
        var entry = archive.CreateEntry(Folder + name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Timestamp;
        using var stream = entry.Open();
        stream.Write(bytes);
    }

    /// <summary>
    /// Writes a protocol-2 pickle with only the instructions that <c>torch.load</c> allows with <c>weights_only=True</c>. Repeated values are written again
    /// instead of stored in the memo; this costs a few bytes but needs no memo numbering.
    /// </summary>
    private static byte[] Pickle(StateDict state)
    {
        var pickle = new MemoryStream();
        Write(pickle, PickleOp.Protocol);
        pickle.WriteByte(2);
        WriteEmptyOrderedDict(pickle);
        Write(pickle, PickleOp.Mark);
        for (var i = 0; i < state.Tensors.Count; i++)
        {
            WriteText(pickle, state.Tensors[i].Name);
            WriteTensor(pickle, state.Tensors[i], key: i);
        }
        Write(pickle, PickleOp.SetItems);
        Write(pickle, PickleOp.Stop);
        return pickle.ToArray();
    }

    private static void WriteTensor(MemoryStream pickle, StateTensor tensor, int key)
    {
        var isInteger = tensor.Type == StateType.I64;
        WriteGlobal(pickle, "torch._utils", "_rebuild_tensor_v2");
        Write(pickle, PickleOp.Mark);

        Write(pickle, PickleOp.Mark);
        WriteText(pickle, "storage");
        WriteGlobal(pickle, "torch", isInteger ? "LongStorage" : "FloatStorage");
        WriteText(pickle, key.ToString(System.Globalization.CultureInfo.InvariantCulture));
        WriteText(pickle, "cpu");
        WriteInteger(pickle, tensor.Bytes.Length / (isInteger ? 8 : 4));
        Write(pickle, PickleOp.Tuple);
        Write(pickle, PickleOp.BinPersistentId);

        WriteInteger(pickle, 0);
        WriteLengths(pickle, tensor.Shape);
        WriteLengths(pickle, RowMajorStrides(tensor.Shape));
        Write(pickle, PickleOp.NewFalse);
        WriteEmptyOrderedDict(pickle);
        Write(pickle, PickleOp.Tuple);
        Write(pickle, PickleOp.Reduce);
    }

    private static long[] RowMajorStrides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        var stride = 1L;
        for (var d = shape.Count - 1; d >= 0; d--)
        {
            strides[d] = stride;
            stride *= Math.Max(1, shape[d]);
        }
        return strides;
    }

    private static void WriteEmptyOrderedDict(MemoryStream pickle)
    {
        WriteGlobal(pickle, "collections", "OrderedDict");
        Write(pickle, PickleOp.EmptyTuple);
        Write(pickle, PickleOp.Reduce);
    }

    private static void WriteLengths(MemoryStream pickle, IReadOnlyList<long> lengths)
    {
        Write(pickle, PickleOp.Mark);
        foreach (var length in lengths) WriteInteger(pickle, checked((int)length));
        Write(pickle, PickleOp.Tuple);
    }

    private static void WriteGlobal(MemoryStream pickle, string module, string name)
    {
        Write(pickle, PickleOp.Global);
        pickle.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
    }

    private static void WriteText(MemoryStream pickle, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(pickle, PickleOp.BinUnicode);
        WriteInt32(pickle, bytes.Length);
        pickle.Write(bytes);
    }

    private static void WriteInteger(MemoryStream pickle, int value)
    {
        Write(pickle, PickleOp.BinInt);
        WriteInt32(pickle, value);
    }

    private static void WriteInt32(MemoryStream pickle, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        pickle.Write(bytes);
    }

    private static void Write(MemoryStream pickle, PickleOp op) => pickle.WriteByte((byte)op);
}
