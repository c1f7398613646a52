namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// Reads and writes the files of <c>torch.save(model.state_dict(), path)</c>. A file contains a pickle that describes the tensors, and the elements of the
/// tensors. PyTorch 1.6 and later write a zip archive; earlier versions write the pickle and the elements one after another. A pickle is a program for an
/// interpreter. The interpreter of this reader creates only plain values, collections and tensors, so reading a file executes no code.
/// </summary>
public static class PyTorchFile
{
    /// <summary>
    /// Maximum total size of the tensors that are read from a file, in bytes. Three sizes must not exceed the limit: the storages of the tensors, and the
    /// tensors before and after the conversion to float32 or int64.
    /// </summary>
    private const long MaxBytes = 64L << 20;

    private const int MaxTensors = 10_000;

    /// <summary>Maximum number of dictionaries with tensors in a file. The state of an optimizer has one such dictionary per parameter tensor.</summary>
    private const int MaxDictionaries = 20_000;

    // Keys that training scripts commonly use for the weights in a checkpoint with optimizer state.
    private static readonly string[] NestedNames = ["state_dict", "model_state_dict", "model"];

    /// <summary>
    /// Returns whether the bytes look like a file of <c>torch.save</c>: a zip archive with a <c>data.pkl</c>, or the format before PyTorch 1.6. Only
    /// <see cref="Read"/> validates the file.
    /// </summary>
    public static bool IsPyTorch(ReadOnlySpan<byte> file) => IsZip(file) ? file.IndexOf("/data.pkl"u8) >= 0 : LegacyContainer.IsLegacy(file);

    /// <summary>
    /// Reads a complete file. Converts float16, bfloat16 and float64 to float32, smaller integers to int64, and transposed or sliced tensors to row-major.
    /// The weights may be nested in the checkpoint of a training script, beside its settings and other Python objects.
    /// </summary>
    /// <exception cref="ModelFormatException">
    /// The file is damaged, contains no state dict, or its tensors exceed the size limit: 1 MB plus 16 times the length of the file, and at most 64 MB.
    /// </exception>
    /// <param name="fit">
    /// Rates a dictionary by the names of its tensors. A checkpoint can contain several dictionaries, for example the weights and the state of the optimizer.
    /// The dictionary with the highest rating is read. <c>null</c> to read the dictionary with the most tensors.
    /// </param>
    public static StateDict Read(ReadOnlyMemory<byte> file, Func<IReadOnlyList<string>, int>? fit = null)
    {
        if (!IsPyTorch(file.Span))
            throw new ModelFormatException($"The file starts with the bytes {Convert.ToHexString(file.Span[..Math.Min(8, file.Length)])} (hexadecimal); "
                + "expected a zip archive with a data.pkl, or PyTorch's magic number. Save the file with torch.save(model.state_dict(), path).");
        try
        {
            // PyTorch stores elements once and uncompressed. A small file that declares much more data is a decompression bomb.
            var limit = Math.Min(MaxBytes, (1L << 20) + 16L * file.Length);
            using IPyTorchContainer container = IsZip(file.Span) ? new ZipContainer(file) : new LegacyContainer(file);
            return ReadTensors(FindTensors(container.Root, fit ?? (names => names.Count)), container, limit);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw new ModelFormatException($"The file is damaged: {e.Message} {PickledText.SaveAgain}", e);
        }
    }

    /// <summary>
    /// Serializes a state dict as a zip archive that <c>torch.load</c> reads as an <c>OrderedDict</c> of tensors on the CPU, also with
    /// <c>weights_only=True</c>. The output is deterministic: the same state gives the same bytes.
    /// </summary>
    public static byte[] Write(StateDict state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return ZipWriter.Write(state);
    }

    private static bool IsZip(ReadOnlySpan<byte> file) => file.StartsWith("PK\x03\x04"u8);

    private static List<(string Name, PickledTensor Tensor)> FindTensors(object? root, Func<IReadOnlyList<string>, int> fit)
    {
        var checkpoint = root as PickledDictionary;
        var candidates = NestedNames.Select(name => checkpoint?.Find(name)).OfType<PickledDictionary>().Concat(FindDictionaries(root))
            .Select(dictionary => dictionary.Tensors()).Where(tensors => tensors.Count > 0).ToList();
        if (candidates.FirstOrDefault(tensors => tensors.Count > MaxTensors) is { } large)
            throw new ModelFormatException($"A dict in the file has {large.Count} tensors; expected at most {MaxTensors}. "
                + "Save only the state dict of a cnn or mlp network.");
        if (candidates.Count > MaxDictionaries) throw new ModelFormatException($"The file has {candidates.Count} dicts with tensors; expected at most {MaxDictionaries}. Save only model.state_dict().");
        var best = candidates.Select(tensors => (Tensors: tensors, Fit: fit([.. tensors.Select(tensor => tensor.Name)]))).ToList();
        if (best.Count == 0) throw NoWeights(root);
        var chosen = best.MaxBy(candidate => candidate.Fit); // if ratings are equal, the first candidate
        // If the rating is 0, the tensors may be the state of an optimizer that was saved beside a whole model.
        return chosen.Fit == 0 && checkpoint is not null && checkpoint.Entries.Any(entry => entry.Value is PickledObject { IsNetwork: true }) ? throw NoWeights(root) : chosen.Tensors;
    }

    /// <summary>
    /// Lists all dictionaries in an object, outer dictionaries first. Each dictionary is listed once, even if the pickle refers to it several times.
    /// </summary>
    private static List<PickledDictionary> FindDictionaries(object? root)
    {
        var (found, seen, open) = (new List<PickledDictionary>(), new HashSet<object>(ReferenceEqualityComparer.Instance), new Queue<object?>([root]));
        while (open.TryDequeue(out var value))
        {
            if (value is not (PickledDictionary or List<object?> or object?[]) || !seen.Add(value)) continue;
            if (value is PickledDictionary dictionary) found.Add(dictionary);
            foreach (var inner in value is PickledDictionary { Entries: var entries } ? entries.Select(entry => entry.Value) : (IEnumerable<object?>)value)
                if (inner is PickledDictionary or List<object?> or object?[]) open.Enqueue(inner);
        }
        return found;
    }

    private static ModelFormatException NoWeights(object? root)
    {
        const string Advice = "expected a state dict. Save it with torch.save(model.state_dict(), path).";
        var entries = (root as PickledDictionary)?.Entries ?? [];
        var objects = entries.Select(entry => entry.Value).OfType<PickledObject>().Where(each => !each.IsPlain).ToList();
        var instance = root as PickledObject ?? objects.Find(each => each.IsNetwork) ?? objects.FirstOrDefault();
        return new(instance is { Type: var type }
            ? instance.IsKnownNetwork
                ? $"The file contains a whole model (it refers to {PickledText.Show(type)}); {Advice}"
                : $"The file refers to {PickledText.Show(type)}, which is not a tensor; the reader does not execute code. If the file contains a whole model, save only its weights: torch.save(model.state_dict(), path)."
            : root switch
            {
                PickledTensor => $"The file contains a single tensor; {Advice}",
                PickledDictionary when entries.Count > 0 => $"The file contains a dict without named tensors: the value of {PickledText.Show(entries[0].Key)} is {PickledText.Describe(entries[0].Value)}; {Advice}",
                PickledDictionary => $"The file contains an empty dict; {Advice}",
                _ => $"The file contains {PickledText.Describe(root)}; {Advice}",
            });
    }

    private static StateDict ReadTensors(List<(string Name, PickledTensor Tensor)> tensors, IPyTorchContainer container, long limit)
    {
        // The total size is checked before any element is read, so that a decompression bomb is not decompressed.
        Require(tensors.Sum(t => Math.Max(t.Tensor.BytesOnceRead, t.Tensor.BytesStored)), limit);
        Require(tensors.Select(t => t.Tensor.Storage).Distinct().Sum(s => s.Bytes), limit);
        return new(tensors.Select(t => t.Tensor.Read(t.Name, container.Elements(t.Tensor.Storage))));
    }

    private static void Require(long bytes, long limit)
    {
        if (bytes > limit)
            throw new ModelFormatException($"The tensors of the file need {bytes} bytes; expected at most {limit} bytes "
                + "(1 MB plus 16 times the length of the file, and at most 64 MB). Save only model.state_dict().");
    }
}
