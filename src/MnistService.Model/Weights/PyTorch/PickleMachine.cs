using System.Numerics;

namespace MnistService.Model.Weights.PyTorch;

/// <summary>
/// Pickle interpreter that executes no code from the file. Python's interpreter calls any function that a pickle names; this interpreter implements only the
/// constructors and the storage classes in <see cref="PickleGlobals"/>. For every other name, it creates a <see cref="PickledObject"/> without content. Python
/// values become <c>null</c>, <see cref="bool"/>, <see cref="long"/>, <see cref="BigInteger"/> for larger integers, <see cref="double"/>, <see cref="string"/>,
/// object?[] for a tuple, List&lt;object?&gt; for a list, <see cref="PickledDictionary"/>, <see cref="PickledTensor"/>, and <see cref="PickledObject"/> for all
/// other objects, including bytes and sets.
/// </summary>
internal sealed class PickleMachine
{
    /// <summary>Maximum length of a pickle in bytes. Ten thousand tensors and their optimizer state need a few megabytes.</summary>
    internal const int MaxBytes = 8 << 20;

    /// <summary>
    /// Maximum number of instructions in a pickle. The limit bounds the memory that a pickle needs, because one instruction creates only a few small objects.
    /// </summary>
    private const int MaxInstructions = 2_000_000;

    /// <summary>Placeholder for every Python <c>bytes</c> object in a pickle. Weights do not need the content.</summary>
    private static readonly PickledObject Bytes = new("bytes");

    /// <summary>Placeholder for every Python set in a pickle. Weights do not need the content.</summary>
    private static readonly PickledObject Set = new("set");

    /// <summary>Placeholder for an unused index of the memo, the list of values that a pickle stores and later refers to by index.</summary>
    private static readonly object Unwritten = new();

    /// <summary>
    /// An index of the memo may be at most this number plus twice the number of earlier writes to the memo. The limit bounds the memory for unused indexes.
    /// Real pickles number the entries without gaps.
    /// </summary>
    private const int MemoSlack = 256;

    /// <summary>Maximum length of the key of a storage, in UTF-16 code units. PyTorch uses short decimal numbers as keys.</summary>
    private const int LongestKey = 64;

    /// <summary>
    /// Maximum total number of list items that one pickle may pass to constructors, for example the key-value pairs of an OrderedDict. The limit bounds the
    /// memory, because each new dictionary copies the items of its list.
    /// </summary>
    private const int MaxCopied = 100_000;

    /// <summary>
    /// Maximum total length, in characters, of the names of classes and functions in one pickle. The limit bounds the memory, because each reference allocates
    /// a copy of the name.
    /// </summary>
    private const int MaxNamed = 4_000_000;

    private readonly PickleBytes _input;
    private readonly Dictionary<string, PickledStorage>? _storages;
    private readonly Dictionary<string, PickledStorage> _described = new(StringComparer.Ordinal);
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly List<object?> _memo = [];
    private int _written, _copied, _named; // totals: writes to the memo, copied list items, characters in names

    private PickleMachine(PickleBytes input, Dictionary<string, PickledStorage>? storages)
    {
        _input = input;
        _storages = storages;
    }

    /// <summary>Runs one pickle. Afterwards, the input is positioned at the first byte after the pickle.</summary>
    /// <param name="input">Reader, positioned at the start of the pickle.</param>
    /// <param name="storages">
    /// Receives the storages that the pickle refers to, by key. A storage with an unsupported element type is an error. <c>null</c> if the caller does not need
    /// the storages; an unsupported element type is then no error.
    /// </param>
    /// <returns>The object that the pickle describes.</returns>
    /// <exception cref="ModelFormatException">The pickle is damaged, exceeds a limit, or contains an instruction that is not supported.</exception>
    internal static object? Run(PickleBytes input, Dictionary<string, PickledStorage>? storages = null) => new PickleMachine(input, storages).Run();

    private object? Run()
    {
        var start = _input.Position;
        for (var instruction = 0; instruction < MaxInstructions && _input.Position - start < MaxBytes; instruction++)
        {
            var op = (PickleOp)_input.Byte();
            if (op == PickleOp.Stop) return Pop();
            Step(op);
        }
        throw new ModelFormatException($"The pickle in the file has more than {MaxInstructions} instructions or {MaxBytes} bytes, which is the limit. Save only model.state_dict().");
    }

    private void Step(PickleOp op)
    {
        switch (op)
        {
            case PickleOp.Protocol: RequireProtocol(_input.Byte()); break;
            case PickleOp.Frame: _input.Int64(); break; // ignores the frame length
            case PickleOp.None: Push(null); break;
            case PickleOp.NewTrue: Push(true); break;
            case PickleOp.NewFalse: Push(false); break;
            case PickleOp.BinInt: Push((long)_input.Int32()); break;
            case PickleOp.BinInt1: Push((long)_input.Byte()); break;
            case PickleOp.BinInt2: Push((long)_input.UInt16()); break;
            case PickleOp.Long1: PushInteger(new(_input.Take(_input.Byte()).Span)); break;
            case PickleOp.Long4: PushInteger(new(_input.Take(LongLength(_input.UInt32())).Span)); break;
            case PickleOp.BinFloat: Push(_input.BigEndianDouble()); break;
            case PickleOp.ShortBinUnicode: Push(_input.Text(_input.Byte())); break;
            case PickleOp.BinUnicode: Push(_input.Text(_input.UInt32())); break;
            case PickleOp.ShortBinString: Push(_input.TextOrNull(_input.Byte()) ?? (object)Bytes); break; // a str of Python 2, which is text or bytes
            case PickleOp.BinString: Push(_input.TextOrNull(_input.UInt32()) ?? (object)Bytes); break;
            case PickleOp.BinUnicode8: Push(_input.Text(_input.Int64())); break;
            case PickleOp.ShortBinBytes: PushBytes(_input.Byte()); break;
            case PickleOp.BinBytes: PushBytes(_input.UInt32()); break;
            case PickleOp.BinBytes8 or PickleOp.ByteArray8: PushBytes(_input.Int64()); break;
            case PickleOp.EmptyDictionary: Push(new PickledDictionary()); break;
            case PickleOp.EmptyList: Push(new List<object?>()); break;
            case PickleOp.EmptyTuple: Push(Array.Empty<object?>()); break;
            case PickleOp.Tuple1: Push(PopFrom(_stack.Count - 1)); break;
            case PickleOp.Tuple2: Push(PopFrom(_stack.Count - 2)); break;
            case PickleOp.Tuple3: Push(PopFrom(_stack.Count - 3)); break;
            case PickleOp.Tuple: Push(PopToMark()); break;
            case PickleOp.EmptySet: Push(Set); break;
            case PickleOp.AddItems: PopToMark(); Expect<PickledObject>(Top()); break;
            case PickleOp.FrozenSet: PopToMark(); Push(Set); break;
            case PickleOp.Pop: Pop(); break;
            case PickleOp.PopMark: PopToMark(); break;
            case PickleOp.Duplicate: Push(Top()); break;
            case PickleOp.Mark: _marks.Add(_stack.Count); break;
            case PickleOp.Append: Append(PopFrom(_stack.Count - 1)); break;
            case PickleOp.Appends: Append(PopToMark()); break;
            case PickleOp.SetItem: SetItems(PopFrom(_stack.Count - 2)); break;
            case PickleOp.SetItems: SetItems(PopToMark()); break;
            case PickleOp.BinPut: Remember(_input.Byte()); break;
            case PickleOp.LongBinPut: Remember(_input.UInt32()); break;
            case PickleOp.Memoize: Remember((uint)_memo.Count); break;
            case PickleOp.BinGet: Push(Remembered(_input.Byte())); break;
            case PickleOp.LongBinGet: Push(Remembered(_input.UInt32())); break;
            case PickleOp.Global: PushGlobal(_input.Line(), _input.Line()); break;
            case PickleOp.StackGlobal: FindGlobal(); break;
            case PickleOp.BinPersistentId: Push(Persistent(Pop())); break;
            case PickleOp.Reduce or PickleOp.NewObject: Call(PopFrom(_stack.Count - 2)); break;
            case PickleOp.NewObjectWithKeywords: Call(PopFrom(_stack.Count - 3)); break;
            case PickleOp.Build: Build(); break;
            default: throw new ModelFormatException($"The pickle has the instruction 0x{(byte)op:x2} at byte {_input.Position - 1}, which is not supported. Save only model.state_dict().");
        }
    }

    private static void RequireProtocol(byte version)
    {
        if (version is < 2 or > 5) throw new ModelFormatException($"The pickle in the file has protocol {version}; expected 2 to 5. "
            + "Save the file again with torch.save and its default protocol.");
    }

    private void PushInteger(BigInteger value)
    {
        if (value >= long.MinValue && value <= long.MaxValue) Push((long)value);
        else Push(value);
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Pop() => PopFrom(_stack.Count - 1)[0];

    private object? Top() => _stack.Count > Floor ? _stack[^1] : throw Underflow();

    private object?[] PopToMark()
    {
        if (_marks.Count == 0) throw Underflow();
        var mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return PopFrom(mark);
    }

    private object?[] PopFrom(int index)
    {
        if (index < Floor) throw Underflow();
        var values = new object?[_stack.Count - index];
        _stack.CopyTo(index, values, 0, values.Length);
        _stack.RemoveRange(index, values.Length);
        return values;
    }

    // Lowest stack index that can be popped. Values below the last mark (opcode MARK) can be popped only after the mark was removed.
    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private ModelFormatException Underflow() => new($"The pickle is damaged at byte {_input.Position - 1}: it takes a value that is not on its stack. "
        + PickledText.SaveAgain);

    // The memo is a list instead of a hash table, because a malicious file could use indexes whose hashes collide.
    private void Remember(uint index)
    {
        var value = Top();
        if (index > 2L * _written++ + MemoSlack)
            throw new ModelFormatException($"The pickle is damaged at byte {_input.Position - 1}: it writes entry {index} of its memo; "
                + $"expected the entries in order. {PickledText.SaveAgain}");
        while (_memo.Count <= index) _memo.Add(Unwritten);
        _memo[(int)index] = value;
    }

    private object? Remembered(uint index) => index < _memo.Count && _memo[(int)index] is var value && value != Unwritten
        ? value
        : throw new ModelFormatException($"The pickle is damaged at byte {_input.Position - 1}: it reads entry {index} of its memo, which it has not written. "
            + PickledText.SaveAgain);

    private void Append(object?[] values)
    {
        if (Top() is not PickledObject) Expect<List<object?>>(Top()).AddRange(values);
    }

    private void SetItems(object?[] keysAndValues)
    {
        if (keysAndValues.Length % 2 != 0) throw Underflow();
        if (Top() is PickledObject) return;
        var dictionary = Expect<PickledDictionary>(Top());
        for (var i = 0; i < keysAndValues.Length; i += 2) dictionary.Add(keysAndValues[i], keysAndValues[i + 1]);
    }

    private void FindGlobal()
    {
        var names = PopFrom(_stack.Count - 2);
        PushGlobal(Expect<string>(names[0]), Expect<string>(names[1]));
    }

    private void PushGlobal(string module, string name)
    {
        // A pickle can refer to one name many times, and each reference allocates a copy of the name.
        if ((_named += module.Length + name.Length) > MaxNamed)
            throw new ModelFormatException($"The names of the classes and functions that the pickle refers to have more than {MaxNamed} characters "
                + "in total, repeated references included, which is the limit. Save only model.state_dict().");
        Push(PickleGlobals.Find(module, name));
    }

    // Elements of call: the class or the function, its arguments, and optionally a dictionary of keyword arguments, which is ignored.
    private void Call(object?[] call)
    {
        var arguments = Expect<object?[]>(call[1]);
        // A pickle can create many dictionaries from one long list, and each dictionary copies the items of the list.
        if (arguments is [List<object?> pairs] && (_copied += pairs.Count) > MaxCopied)
            throw new ModelFormatException($"The pickle copies more than {MaxCopied} list items, which is the limit. Save only model.state_dict().");
        Push(call[0] is PickledObject named ? named : Expect<PickleConstructor>(call[0])(arguments));
    }

    // Opcode BUILD sets the attributes of an object. They are ignored: the attributes of a state dict contain only the versions of its modules.
    private void Build()
    {
        Pop();
        if (Top() is not PickledObject) Expect<PickledDictionary>(Top());
    }

    private void PushBytes(long length)
    {
        _input.Take(length);
        Push(Bytes);
    }

    // The time and the memory for an integer are proportional to its length. Integers in real files, such as seeds, are short.
    private static int LongLength(uint length) =>
        length <= 1024 ? (int)length
            : throw new ModelFormatException($"The pickle has an integer of {length} bytes; expected at most 1024. Save only model.state_dict().");

    private object Persistent(object? id)
    {
        var parts = Expect<object?[]>(id);
        if (parts is ["module", PickledObject network, ..]) return network; // the class of a whole model, whose source code the legacy format stores
        // A pickle can use one long id many times, so the length of the id is checked without copying the id or iterating over it.
        if (parts is not ["storage", StoredType or PickledObject, string { Length: <= LongestKey } key, string, long count, ..] || parts.Length > 6)
            throw new ModelFormatException($"The pickle is damaged at byte {_input.Position - 1}: it refers to a storage by {PickledText.Kinds(parts)}; "
                + $"expected 'storage' and its type, key (at most {LongestKey} characters), device and length. {PickledText.SaveAgain}");
        if (parts[1] is not StoredType type)
        {
            var other = (PickledObject)parts[1]!;
            return _storages is null ? other : throw new ModelFormatException(
                $"The file contains elements of type {PickledText.Show(other.Type)}; expected floats or integers. Convert the model with model.float(), and save it again.");
        }
        if (parts is [.., not null] and { Length: 6 }) throw new ModelFormatException($"The storage {PickledText.Show(key)} is a view of another storage, as PyTorch before 0.4 wrote it. Save the state dict again with a newer version of PyTorch.");
        var storage = new PickledStorage(key, type, count);
        if (!_described.TryAdd(key, storage) && _described[key] is var known && known != storage)
            throw new ModelFormatException($"The pickle describes the storage {PickledText.Show(key)} twice: "
                + $"as {known.Count} elements of type {known.Type} "
                + $"and as {count} elements of type {type}; expected the same description. {PickledText.SaveAgain}");
        if (_storages is not null) _storages[key] = storage;
        return storage;
    }

    private T Expect<T>(object? value) where T : class =>
        value as T ?? throw new ModelFormatException($"The pickle is damaged at byte {_input.Position - 1}: "
            + $"it uses {PickledText.Describe(value)} as {PickledText.Describe(typeof(T))}. {PickledText.SaveAgain}");
}
