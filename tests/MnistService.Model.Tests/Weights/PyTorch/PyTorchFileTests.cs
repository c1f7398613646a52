using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using MnistService.Model.Weights;
using MnistService.Model.Weights.PyTorch;

namespace MnistService.Model.Tests.Weights.PyTorch;

public sealed class PyTorchFileTests
{
    private static readonly string[] Names = ["features.0.weight", "features.0.bias", "features.2.running_var", "features.2.num_batches_tracked"];

    private static readonly StateDict State = new(
    [
        new StateTensor("a.weight", StateType.F32, [2, 3], Bytes([0f, 1, 2, 3, 4, 5])),
        new StateTensor("a.count", StateType.I64, [], Bytes([42L])),
        new StateTensor("a.größe", StateType.F32, [0, 4], Bytes<float>([])),
    ]);

    [Fact]
    public void What_is_written_is_read_back()
    {
        var read = PyTorchFile.Read(PyTorchFile.Write(State));
        Assert.Equal(State.Tensors.Select(t => t.Name), read.Tensors.Select(t => t.Name));
        foreach (var tensor in State.Tensors)
        {
            read.Require(tensor.Name, tensor.Shape, tensor.Type);
            Assert.Equal(tensor.Bytes.ToArray(), read[tensor.Name].Bytes.ToArray());
        }
    }

    [Fact]
    public void The_same_state_gives_the_same_bytes_uncompressed()
    {
        var file = PyTorchFile.Write(State);
        Assert.Equal(file, PyTorchFile.Write(State));
        using var archive = new ZipArchive(new MemoryStream(file));
        Assert.All(archive.Entries, e => Assert.Equal(e.Length, e.CompressedLength));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("legacy")]
    [InlineData("zip-protocol-4")]
    [InlineData("legacy-protocol-4")]
    [InlineData("nested-state_dict")]
    [InlineData("nested-model_state_dict")]
    [InlineData("nested-model")]
    [InlineData("nested-legacy")]
    [InlineData("objects")] // beside NumPy numbers, sets, bytes, a device, a size, a namespace, functions, a defaultdict, masks and the state of the random numbers
    [InlineData("objects-legacy")]
    [InlineData("objects-protocol-4")]
    [InlineData("objects-flat")] // in the same dict as the tensors
    [InlineData("objects-deep")] // in a tuple, under a key that is not usual
    [InlineData("other-types-beside")] // beside a complex and a quantized tensor
    [InlineData("subclass")] // tensors with Python attributes
    [InlineData("evil-beside")] // beside an object whose function would run a command
    public void A_state_dict_is_read(string fixture)
    {
        var state = Read(fixture);
        Assert.Equal(Names, state.Tensors.Select(t => t.Name.Replace("module.", "", StringComparison.Ordinal)));
        state = new(state.Tensors.Select(t => t with { Name = t.Name.Replace("module.", "", StringComparison.Ordinal) }));
        Assert.False(File.Exists("a-pickle-ran-code"));
        Assert.Equal([2L, 1, 3, 3], state[Names[0]].Shape);
        Assert.Equal(Enumerable.Range(0, 18).Select(i => i / 8f - 1), state[Names[0]].Floats.ToArray());
        Assert.Equal([0.5f, -0.25f], state[Names[1]].Floats.ToArray());
        Assert.Equal([1f, 1.5f], state[Names[2]].Floats.ToArray());
        state.Require(Names[3], [], StateType.I64);
        Assert.Equal([42L], Integers(state[Names[3]]));
    }

    [Fact]
    public void The_metadata_of_a_module_s_state_is_no_tensor() => Assert.Equal(
        ["0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"], Read("module").Tensors.Select(t => t.Name));

    [Theory]
    [InlineData("types")]
    [InlineData("types-legacy")]
    public void Other_types_are_converted(string fixture)
    {
        var state = Read(fixture);
        foreach (var name in new[] { "double", "half", "bfloat16" })
        {
            state.Require(name, [2, 3], StateType.F32);
            Assert.Equal([-0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f], state[name].Floats.ToArray());
        }
        foreach (var name in new[] { "int", "short", "char" }) Assert.Equal([-3L, 7], Integers(state[name]));
        Assert.Equal([3L, 250], Integers(state["byte"]));
    }

    [Theory]
    [InlineData("layouts")]
    [InlineData("layouts-legacy")]
    public void Any_layout_becomes_row_major(string fixture)
    {
        var state = Read(fixture);
        Assert.Equal([3L, 2], state["transposed"].Shape);
        Assert.Equal([0f, 3, 1, 4, 2, 5], state["transposed"].Floats.ToArray());
        Assert.Equal([0f, 3, 1, 4, 2, 5], state["transposed_half"].Floats.ToArray());
        Assert.Equal([8f, 9, 10, 14, 15, 16], state["sliced"].Floats.ToArray());
        Assert.Equal([1f, 1, 1, 2, 2, 2], state["expanded"].Floats.ToArray());
        Assert.Equal([1L, 2, 3, 4], state["channels_last"].Shape);
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), state["channels_last"].Floats.ToArray());
        Assert.Equal([1L, 4, 7], Integers(state["stepped"]));
        state.Require("empty", [0, 5], StateType.F32);
    }

    [Theory]
    [InlineData("evil", "refers to 'posix.system', which is not a tensor; the reader does not execute code")]
    [InlineData("evil-legacy", "refers to 'posix.system', which is not a tensor; the reader does not execute code")]
    [InlineData("whole-model", "whole model (it refers to 'torch.nn.modules.container.Sequential')")]
    [InlineData("whole-model-legacy", "whole model (it refers to 'torch.nn.modules.flatten.Flatten')")]
    [InlineData("whole-model-own-class", "refers to '__main__.Net', which is not a tensor; the reader does not execute code. If the file contains a whole model, save only its weights")]
    [InlineData("not-tensors", "a dict without named tensors: the value of 'epoch' is an int")]
    [InlineData("tensor", "a single tensor")]
    [InlineData("complex", "refers to 'torch.ComplexFloatStorage'")]
    [InlineData("complex-legacy", "elements of type 'torch.ComplexFloatStorage'")]
    public void What_is_no_state_dict_is_refused_by_name_and_never_run(string fixture, string message)
    {
        Assert.True(PyTorchFile.IsPyTorch(PyTorchFixtures.Read(fixture)));
        Assert.Contains(message, Refusal(PyTorchFixtures.Read(fixture)), StringComparison.Ordinal);
        Assert.False(File.Exists("a-pickle-ran-code"));
    }

    [Fact]
    public void Only_PyTorch_s_files_look_like_them()
    {
        Assert.True(PyTorchFile.IsPyTorch(PyTorchFile.Write(State)));
        Assert.All(PyTorchFixtures.Names, name => Assert.True(PyTorchFile.IsPyTorch(PyTorchFixtures.Read(name))));
        Assert.False(PyTorchFile.IsPyTorch([]));
        Assert.False(PyTorchFile.IsPyTorch("PK\x03\x04"u8));
        Assert.False(PyTorchFile.IsPyTorch(Safetensors.Write(State)));
        Assert.False(PyTorchFile.IsPyTorch([0x80, 2, (byte)'K', 1, (byte)'.']));
    }

    [Fact]
    public void A_compressed_archive_is_read_and_big_endian_is_not()
    {
        var little = PyTorchFixtures.Zip(("data.pkl", PyTorchFixtures.Entry("zip", "data.pkl")), ("data/0", PyTorchFixtures.Entry("zip", "data/0")), ("data/1", PyTorchFixtures.Entry("zip", "data/1")),
            ("data/2", PyTorchFixtures.Entry("zip", "data/2")), ("data/3", PyTorchFixtures.Entry("zip", "data/3")), ("byteorder", "little"u8.ToArray()));
        Assert.Equal(Names, PyTorchFile.Read(little).Tensors.Select(t => t.Name));
        Assert.Contains("the byte order 'big'; expected 'little'", Refusal(PyTorchFixtures.Zip(("data.pkl", PyTorchFixtures.Entry("zip", "data.pkl")), ("byteorder", "big"u8.ToArray()))), StringComparison.Ordinal);
    }

    /// <summary>Python 2 writes an OrderedDict with a list of pairs, also for the hooks of a tensor.</summary>
    [Fact]
    public void An_OrderedDict_of_Python_2_is_read()
    {
        const string Tensor = "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0" + "0X\u0003\0\0\0cpuK\u0002tQK\0K\u0002\u0085K\u0001\u0085\u0089ccollections\nOrderedDict\n]\u0085RtR";
        var pickle = "ccollections\nOrderedDict\n]](U\u0001a" + Tensor + "ea\u0085R.";
        Assert.Equal("a", Assert.Single(PyTorchFile.Read(PyTorchFixtures.Zip(("data.pkl", Encoding.Latin1.GetBytes(pickle)), ("data/0", new byte[8]))).Tensors).Name);
    }

    /// <summary>Small files that make a careless reader copy, hash or compare one long text or list many times.</summary>
    [Theory]
    [InlineData("long name", "a name of 1000000 characters")]
    [InlineData("many names", "refers to have more than 4000000 characters")]
    [InlineData("long key", "key (at most 64 characters)")]
    [InlineData("many dictionaries", "copies more than 100000 list items")]
    public void What_is_used_many_times_is_bounded(string what, string message)
    {
        var text = "X\u0040\u0042\u000f\0" + new string('a', 1_000_000);
        var pickle = what switch
        {
            "long name" => text + "q\0X\0\0\0\0q\u0001" + string.Concat(Enumerable.Repeat("h\0h\u0001\u0093", 1_000)) + ".",
            "many names" => "X\u0080\0\0\0" + new string('a', 128) + "q\0X\u0080\0\0\0" + new string('b', 128) + "q\u0001" + string.Concat(Enumerable.Repeat("h\0h\u0001\u0093", 20_000)) + ".",
            "long key" => "(X\u0007\0\0\0storagectorch\nFloatStorage\n" + text + "X\u0003\0\0\0cpuK\u0001tq\0" + string.Concat(Enumerable.Repeat("h\0Q", 1_000)) + ".",
            _ => "](" + string.Concat(Enumerable.Repeat("NN\u0086", 10_000)) + "e\u0085q\0" + string.Concat(Enumerable.Repeat("ccollections\nOrderedDict\nh\0R", 1_000)) + ".",
        };
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(message, Assert.Throws<ModelFormatException>(() => PickleMachine.Run(new(Encoding.Latin1.GetBytes(pickle)))).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    [Fact]
    public void Many_dictionaries_with_tensors_are_refused()
    {
        const string Tensor = "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0" + "0X\u0003\0\0\0cpuK\0tQK\0K\0\u0085K\u0001\u0085\u0089}tR";
        var pickle = Tensor + "q\0X\u0001\0\0\0aq\u0001](" + string.Concat(Enumerable.Repeat("}h\u0001h\0s", 20_001)) + "e.";
        var padding = new byte[100_000]; // does not compress, so that the pickle is within the limit of the compression
        new Random(1).NextBytes(padding);
        Assert.Contains("has 20001 dicts with tensors", Refusal(PyTorchFixtures.Zip(("data.pkl", Encoding.Latin1.GetBytes(pickle)), ("padding", padding))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_model_beside_the_state_of_an_optimizer_is_named()
    {
        var error = Assert.Throws<ModelFormatException>(() => PyTorchFile.Read(PyTorchFixtures.Read("model-and-numbers"), names => 0));
        Assert.Contains("whole model (it refers to 'torch.nn.modules.container.Sequential')", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_weights_are_the_dictionary_whose_names_fit()
    {
        // The state of an optimizer or an average has more tensors than the weights.
        var state = PyTorchFile.Read(PyTorchFixtures.Read("two-dictionaries"), names => names.Count(name => name.StartsWith("features.", StringComparison.Ordinal)));
        Assert.Equal(Names, state.Tensors.Select(t => t.Name));
    }

    [Theory]
    [InlineData("missing", "no file 'data/0'")]
    [InlineData("short", "needs 72 bytes; the archive has 71")]
    [InlineData("none", "expected a zip archive with a data.pkl")]
    [InlineData("two", "has 2 files named data.pkl")]
    public void An_archive_without_its_parts_is_refused(string what, string message)
    {
        var pickle = ("data.pkl", PyTorchFixtures.Entry("zip", "data.pkl"));
        Assert.Contains(message, Refusal(what switch
        {
            "missing" => PyTorchFixtures.Zip(pickle),
            "short" => PyTorchFixtures.Zip(pickle, ("data/0", new byte[71])),
            "none" => PyTorchFixtures.Zip(("data/0", new byte[8])),
            _ => PyTorchFixtures.Zip(pickle, ("deeper/data.pkl", pickle.Item2)),
        }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_element_is_noticed()
    {
        var file = PyTorchFixtures.Read("zip");
        var bias = MemoryMarshal.AsBytes([0.5f, -0.25f]);
        file[file.AsSpan().IndexOf(bias)] ^= 1;
        Assert.Contains("checksum", Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bomb_is_refused_before_memory_is_taken()
    {
        var pickle = PyTorchFixtures.Entry("zip", "data.pkl");
        // Decompression bombs: 100 MB of zeros in about a hundred kilobytes, as pickle and as tensor elements; and a pickle that contains only marks.
        AssertSmall(PyTorchFixtures.Zip(("data.pkl", new byte[100 << 20])), "expected at most 8388608");
        AssertSmall(PyTorchFixtures.Zip(("data.pkl", pickle), ("data/0", new byte[100 << 20])), "needs 72 bytes; the archive has 104857600");
        byte[] marks = [.. Enumerable.Repeat((byte)'(', 5_000_000)];
        AssertSmall(PyTorchFixtures.Zip(("data.pkl", marks)), "has 5000000 bytes; expected at most");
        Assert.Contains("more than 2000000 instructions", Assert.Throws<ModelFormatException>(() => PickleMachine.Run(new(marks))).Message, StringComparison.Ordinal);
        // A tensor with stride 0 that claims 2^30 elements but stores two.
        AssertSmall(PyTorchFixtures.Zip(("data.pkl", OneTensor(count: 2, offset: 0, [1 << 30, 1], [0, 1]))), "bytes (1 MB plus 16 times the length of the file, and at most 64 MB)");
    }

    [Theory]
    [InlineData(6, 0, new[] { 2, 3 }, new[] { 3, 1 }, null)]
    [InlineData(5, 0, new[] { 2, 3 }, new[] { 3, 1 }, "is not within its storage of 5")]
    [InlineData(6, 1, new[] { 2, 3 }, new[] { 3, 1 }, "is not within")]
    [InlineData(6, -1, new[] { 2, 3 }, new[] { 3, 1 }, "is not within")]
    [InlineData(6, 0, new[] { 2, 3 }, new[] { 4, 1 }, "is not within")]
    [InlineData(6, 5, new[] { 2, 3 }, new[] { -3, -1 }, "is not within")]
    [InlineData(6, 0, new[] { -2, 3 }, new[] { 3, 1 }, "is not within")]
    [InlineData(6, 0, new[] { 2, 3 }, new[] { 1 }, "is not within")]
    [InlineData(6, 0, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, new[] { int.MaxValue, int.MaxValue, int.MaxValue }, "is not within")]
    [InlineData(6, 0, new[] { int.MaxValue, int.MaxValue, 3 }, new[] { 0, 0, 0 }, "is not within")]
    [InlineData(-6, 0, new[] { 2, 3 }, new[] { 3, 1 }, "invalid length")]
    [InlineData(0, 0, new int[0], new int[0], "is not within its storage of 0")]
    [InlineData(6, 5, new int[0], new int[0], null)]
    public void A_tensor_lies_within_its_storage(int count, int offset, int[] shape, int[] strides, string? message)
    {
        var file = PyTorchFixtures.Zip(("data.pkl", OneTensor(count, offset, shape, strides)), ("data/0", new byte[24]));
        if (message is null) Assert.Single(PyTorchFile.Read(file).Tensors);
        else Assert.Contains(message, Refusal(file), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".", "a value that is not on its stack")]
    [InlineData("(.", "a value that is not on its stack")]
    [InlineData("N(.", "a value that is not on its stack")]
    [InlineData("t.", "a value that is not on its stack")]
    [InlineData("h\x01.", "it reads entry 1 of its memo, which it has not written")]
    [InlineData("}(Nu.", "a value that is not on its stack")]
    [InlineData("]K\x01K\x02s.", "uses a list as a dict")]
    [InlineData("}.", "an empty dict")]
    [InlineData("}K\x01K\x02s.", "a dict without named tensors: the value of '1' is an int")]
    [InlineData("}q\0X\x01\0\0\0ah\0s.", "a dict without named tensors: the value of 'a' is a dict")]
    [InlineData("]q\0h\0a.", "contains a list")]
    [InlineData("K\x01)\u0081.", "uses an int as a function")]
    [InlineData("ca\nB\nN\u0081.", "uses None as a tuple")]
    [InlineData("K\x01(K\x02\u0090.", "uses an int as an object")]
    [InlineData("K\x01Nb.", "uses an int as a dict")]
    [InlineData("\u008b\x01\x10\0\0.", "an integer of 4097 bytes")]
    [InlineData("B\x09\0\0\0abc.", "ends too early")]
    [InlineData("N)R.", "uses None as a function")]
    [InlineData("X\x05\0\0\0ab", "ends too early")]
    [InlineData("X\x01\0\0\0\u00ff.", "not UTF-8")]
    [InlineData("ccollections\nOrderedDict\n(K\x01tR.", "creates an OrderedDict from [an int]; expected a list of key-value pairs")]
    [InlineData("ccollections\nOrderedDict\n]K\u0001a\u0085R.", "from a list with an int; expected a list of key-value pairs")]
    [InlineData("Nr\xff\xff\x00\x00.", "writes entry 65535 of its memo; expected the entries in order")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.", "the arguments of a tensor are []")]
    [InlineData("ctorch.storage\n_load_from_bytes\n)R.", "'torch.storage._load_from_bytes'")]
    [InlineData("cbuiltins\neval\n.", "'builtins.eval'")]
    [InlineData("(X\x07\0\0\0storageX\x01\0\0\0atQ.", "refers to a storage by [a str, a str]")]
    [InlineData("NQ.", "uses None as a tuple")]
    [InlineData("i", "0x69")]
    [InlineData("", "ends too early")]
    public void A_damaged_pickle_is_refused(string pickle, string message) =>
        Assert.Contains(message, Refusal(PyTorchFixtures.Zip(("data.pkl", Encoding.Latin1.GetBytes(pickle)))), StringComparison.Ordinal);

    private static StateDict Read(string fixture) => PyTorchFile.Read(PyTorchFixtures.Read(fixture));

    private static string Refusal(byte[] file) => Assert.Throws<ModelFormatException>(() => PyTorchFile.Read(file)).Message;

    private static long[] Integers(StateTensor tensor) => MemoryMarshal.Cast<byte, long>(tensor.Bytes.Span).ToArray();

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static void AssertSmall(byte[] file, string message)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(message, Refusal(file), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    private static byte[] OneTensor(int count, int offset, int[] shape, int[] strides)
    {
        var pickle = new List<byte>();
        Add("}X\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0" + "0X\x03\0\0\0cpu");
        AddInteger(count);
        Add("tQ");
        AddInteger(offset);
        AddLengths(shape);
        AddLengths(strides);
        Add("\u0089}tRs.");
        return [.. pickle];

        void Add(string text) => pickle.AddRange(Encoding.Latin1.GetBytes(text));
        void AddInteger(int value) => pickle.AddRange([(byte)'J', .. BitConverter.GetBytes(value)]);
        void AddLengths(int[] lengths)
        {
            Add("(");
            foreach (var length in lengths) AddInteger(length);
            Add("t");
        }
    }
}
