using MnistService.Model.Registry;
using MnistService.Model.Weights;

namespace MnistService.Fuzz.Targets;

/// <summary>Assertions that must hold for every parsed state dict.</summary>
internal static class Tensors
{
    private const long LargestTensor = 1L << 40;

    /// <summary>Parses a weights file, first as tensors and then as a model; parsing the tensors may allocate at most <paramref name="most"/> bytes.</summary>
    /// <returns>The tensors; null if they were rejected. A file that is rejected only as a model still returns its tensors.</returns>
    internal static StateDict? TryRead(byte[] file, long most, Func<byte[], StateDict> read)
    {
        StateDict? state = null;
        try
        {
            state = Promise.Within(most, () => read(file));
            Check(state);
            ModelFile.Read(file);
        }
        catch (ModelFormatException e)
        {
            Promise.IsShort(e.Message);
        }
        return state;
    }

    private static void Check(StateDict state)
    {
        foreach (var tensor in state.Tensors)
        {
            var elements = 1L;
            foreach (var length in tensor.Shape)
            {
                Promise.Holds(length >= 0 && elements <= LargestTensor, $"A tensor has the shape {string.Join(',', tensor.Shape)}.");
                elements *= length;
            }
            Promise.Holds(tensor.Bytes.Length == elements * (tensor.Type == StateType.I64 ? 8 : 4), $"A tensor of {elements} {tensor.Type} has {tensor.Bytes.Length} bytes.");
            Promise.Holds(ReferenceEquals(state[tensor.Name], tensor), "A tensor is not found by its name.");
        }
    }
}
