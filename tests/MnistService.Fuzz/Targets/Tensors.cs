using MnistService.Model.Registry;
using MnistService.Model.Weights;

namespace MnistService.Fuzz.Targets;

/// <summary>What must hold of every state dict that was read.</summary>
internal static class Tensors
{
    private const long LargestTensor = 1L << 40;

    /// <summary>Reads a file of weights, first its tensors and then as a model's, with these bytes of memory at most.</summary>
    /// <returns>The tensors, or null when it was refused.</returns>
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
