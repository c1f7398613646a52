using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using MnistService.Model.Registry;
using MnistService.Model.Registry.Onnx;

namespace MnistService.Benchmarks.Peers;

/// <summary>The repository's current model in ONNX format, for ONNX Runtime.</summary>
internal static class OnnxNetwork
{
    internal const string Input = "pixels", Output = "probabilities";

    /// <summary>Converts the repository's current model to an ONNX file.</summary>
    internal static byte[] Write()
    {
        var store = new ModelStore(Path.Combine(Repository.Root, "models"));
        var card = store.Find(store.CurrentId!)!;
        return OnnxFile.Write(card, store.ReadWeights(card));
    }

    /// <param name="model">ONNX file with input <c>pixels</c> (float32 [batch,1,28,28], values 0–255) and output <c>probabilities</c> [batch,10].</param>
    /// <param name="threads">Number of threads within one operator. Independently, several threads may call the session concurrently.</param>
    internal static InferenceSession Open(byte[] model, int threads)
    {
        using var options = new SessionOptions { IntraOpNumThreads = threads, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL };
        return new InferenceSession(model, options);
    }

    /// <summary>Converts pixels to floats without scaling: the network expects values 0–255.</summary>
    internal static void ToFloats(ReadOnlySpan<byte> pixels, Span<float> floats)
    {
        var done = 0;
        for (; done <= pixels.Length - Vector<byte>.Count; done += Vector<byte>.Count)
        {
            var target = MemoryMarshal.Cast<float, Vector<float>>(floats.Slice(done, Vector<byte>.Count));
            Vector.Widen(new Vector<byte>(pixels[done..]), out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            (target[0], target[1]) = (Vector.ConvertToSingle(first.As<uint, int>()), Vector.ConvertToSingle(second.As<uint, int>()));
            (target[2], target[3]) = (Vector.ConvertToSingle(third.As<uint, int>()), Vector.ConvertToSingle(fourth.As<uint, int>()));
        }
        for (; done < pixels.Length; done++) floats[done] = pixels[done];
    }
}
