namespace MnistService.Fuzz;

/// <summary>Random mutations of inputs; deterministic for a seed.</summary>
public sealed class FuzzMutations
{
    private const int LargestInput = 64 << 10, MostChanges = 6, MostKept = 256;

    private static readonly byte[] Interesting = [0, 1, 0x7F, 0x80, 0xFE, 0xFF, (byte)' ', (byte)'\n', (byte)'0', (byte)'9', (byte)'"', (byte)','];

    private readonly IReadOnlyList<byte[]> _words;
    private readonly List<byte[]> _inputs;
    private readonly Random _random;

    public FuzzMutations(IFuzzTarget target, int seed)
    {
        ArgumentNullException.ThrowIfNull(target);
        _words = target.Words;
        _inputs = [.. target.Seeds, .. FuzzTargets.FindsOf(target).Select(find => find.Input)];
        _random = new(seed);
    }

    public byte[] Next()
    {
        var input = Pick(_inputs);
        for (var change = _random.Next(1, MostChanges); change > 0; change--) input = Change(input);
        if (input.Length > LargestInput) input = input[..LargestInput];
        // Some mutated inputs become the base of further mutations.
        if (_random.Next(8) == 0 && _inputs.Count < MostKept) _inputs.Add(input);
        return input;
    }

    private byte[] Change(byte[] input)
    {
        if (input.Length == 0) return Pick(_inputs);
        var changed = (byte[])input.Clone();
        var at = _random.Next(input.Length);
        var length = _random.Next(1, Math.Min(64, input.Length - at) + 1);
        switch (_random.Next(10))
        {
            case 0: changed[at] ^= (byte)(1 << _random.Next(8)); return changed;
            case 1: changed[at] = (byte)_random.Next(256); return changed;
            case 2: changed[at] = Interesting[_random.Next(Interesting.Length)]; return changed;
            case 3: changed[at] += (byte)_random.Next(-8, 9); return changed;
            case 4: changed.AsSpan(at, Math.Min(4, length)).Fill(Interesting[_random.Next(Interesting.Length)]); return changed;
            case 5: return [.. input[..at], .. input[(at + length)..]];
            case 6: return [.. input[..(at + length)], .. input[at..]];
            case 7: return input[..at];
            case 8: return Splice(input, at);
            default: return InsertWord(input, at);
        }
    }

    private byte[] Splice(byte[] input, int at)
    {
        var other = Pick(_inputs);
        return [.. input[..at], .. other[_random.Next(other.Length + 1)..]];
    }

    private byte[] InsertWord(byte[] input, int at)
    {
        if (_words.Count == 0) return input;
        var word = Pick(_words);
        var over = _random.Next(2) == 0 ? Math.Min(word.Length, input.Length - at) : 0; // overwrite or insert
        return [.. input[..at], .. word, .. input[(at + over)..]];
    }

    private byte[] Pick(IReadOnlyList<byte[]> from) => from[_random.Next(from.Count)];
}
