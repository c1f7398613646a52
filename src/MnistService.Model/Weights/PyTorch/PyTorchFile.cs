namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// Reads and writes the files of <c>torch.save(model.state_dict(), path)</c>: a pickle that describes the tensors, and their
/// elements beside it, in a zip archive (since PyTorch 1.6) or one after the other (before). A pickle is a program; this one
/// can only build dictionaries, tuples and tensors, so that reading runs no code.
/// </summary>
public static class PyTorchFile
{
    /// <summary>Most bytes of elements that one file may hold, and that its tensors may take once read.</summary>
    private const long MaxBytes = 256L << 20;

    private const int MaxTensors = 10_000;

    private const string ParallelPrefix = "module.";

    // What training loops commonly call the weights that they save beside an optimizer's state.
    private static readonly string[] NestedNames = ["state_dict", "model_state_dict", "model"];

    /// <summary>Whether the bytes look like a file of <c>torch.save</c>, in either format. Only <see cref="Read"/> tells whether they are one.</summary>
    public static bool IsPyTorch(ReadOnlySpan<byte> file) => IsZip(file) ? file.IndexOf("/data.pkl"u8) >= 0 : LegacyContainer.IsLegacy(file);

    /// <summary>
    /// Reads a whole file. float16, bfloat16 and float64 become float32, smaller integers int64; what was transposed or sliced
    /// becomes row-major. The weights may lie in a dictionary's <c>state_dict</c>, <c>model_state_dict</c> or <c>model</c>, and a
    /// <c>module.</c> that all names start with (DataParallel's) is dropped.
    /// </summary>
    /// <exception cref="ModelFormatException">
    /// The bytes are not a state dict, hold anything but tensors, or take more than 256 MB. The message names what was found.
    /// </exception>
    public static StateDict Read(ReadOnlyMemory<byte> file)
    {
        if (!IsPyTorch(file.Span)) throw new ModelFormatException("The file is not one of torch.save: it is neither a zip archive with a data.pkl nor starts with PyTorch's magic number.");
        try
        {
            // PyTorch stores elements uncompressed and once: a small file that claims much more is a bomb.
            var limit = Math.Min(MaxBytes, (1L << 20) + 16L * file.Length);
            using IPyTorchContainer container = IsZip(file.Span) ? new ZipContainer(file) : new LegacyContainer(file);
            return ReadTensors(FindTensors(container.Root), container, limit);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new ModelFormatException("The file is damaged: " + e.Message, e);
        }
    }

    /// <summary>
    /// The file's bytes, the same for the same state: a zip archive that <c>torch.load</c> reads to an <c>OrderedDict</c> of
    /// tensors on the CPU, also with <c>weights_only=True</c>.
    /// </summary>
    public static byte[] Write(StateDict state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return ZipWriter.Write(state);
    }

    private static bool IsZip(ReadOnlySpan<byte> file) => file.StartsWith("PK\x03\x04"u8);

    private static List<(string Name, PickledTensor Tensor)> FindTensors(object? root)
    {
        if (root is PickledTensor) throw new ModelFormatException("The file holds a single tensor; save model.state_dict().");
        if (root is not PickledDictionary dictionary) throw new ModelFormatException("The file holds no dictionary of tensors; save model.state_dict().");
        dictionary = NestedNames.Select(dictionary.Find).OfType<PickledDictionary>().FirstOrDefault() ?? dictionary;
        if (dictionary.Entries.Count is 0 or > MaxTensors)
            throw new ModelFormatException($"The state dict has {dictionary.Entries.Count} entries; 1 to {MaxTensors} are read.");
        var tensors = new List<(string Name, PickledTensor Tensor)>(dictionary.Entries.Count);
        foreach (var (key, value) in dictionary.Entries)
        {
            if (key is not string name) throw new ModelFormatException($"A state dict's keys are names; this one has the key {PickledText.Show(key)}.");
            if (value is not PickledTensor tensor)
                throw new ModelFormatException($"The entry {PickledText.Show(name)} is {PickledText.Describe(value)}, not a tensor; save model.state_dict().");
            tensors.Add((name, tensor));
        }
        return tensors.TrueForAll(t => t.Name.StartsWith(ParallelPrefix, StringComparison.Ordinal))
            ? tensors.ConvertAll(t => (t.Name[ParallelPrefix.Length..], t.Tensor))
            : tensors;
    }

    private static StateDict ReadTensors(List<(string Name, PickledTensor Tensor)> tensors, IPyTorchContainer container, long limit)
    {
        // All of it is added up before the first element is read.
        Require(tensors.Sum(t => t.Tensor.BytesOnceRead), limit);
        Require(tensors.Select(t => t.Tensor.Storage).Distinct().Sum(s => s.Bytes), limit);
        return new(tensors.Select(t => t.Tensor.Read(t.Name, container.Elements(t.Tensor.Storage))));
    }

    private static void Require(long bytes, long limit)
    {
        if (bytes > limit) throw new ModelFormatException($"The tensors take {bytes} bytes; a file of this size may hold {limit}.");
    }
}
