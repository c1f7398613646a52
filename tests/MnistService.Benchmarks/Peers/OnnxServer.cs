namespace MnistService.Benchmarks.Peers;

/// <summary>
/// A minimal API that runs the same model with ONNX Runtime: one shared session, batch size 1, and one thread per operator because one image is too little work
/// to parallelize. Each thread-pool thread has its own buffers, so that a request allocates only its response.
/// </summary>
internal static class OnnxServer
{
    internal static async Task<int> RunAsync(string modelFile)
    {
        using var session = OnnxNetwork.Open(await File.ReadAllBytesAsync(modelFile), threads: 1);
        using var callers = new ThreadLocal<OnnxCaller>(() => new(session, batch: 1));
        using var decoders = new ThreadLocal<PeerDecoder>(() => new());
        return await PeerServer.RunAsync(file =>
        {
            var (caller, decoder) = (callers.Value!, decoders.Value!);
            if (!decoder.TryRead(file)) return null;
            OnnxNetwork.ToFloats(decoder.Pixels, caller.Pixels);
            caller.Run();
            var probabilities = caller.Probabilities.ToArray(); // a copy, because the next request on this thread overwrites the buffer
            var digit = Array.IndexOf(probabilities, probabilities.Max());
            return new PeerAnswer(digit, probabilities[digit], probabilities, "onnx-000000000000");
        });
    }
}
