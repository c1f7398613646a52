namespace MnistService.Benchmarks.Peers;

/// <summary>
/// The same model behind a minimal API by ONNX Runtime: one session for all, batch 1, and a session of one thread, because a picture
/// is too little work to be divided. Each thread of the pool has its buffers, so that a request allocates its answer alone.
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
            var probabilities = caller.Probabilities.ToArray(); // the next request on this thread overwrites the caller's
            var digit = Array.IndexOf(probabilities, probabilities.Max());
            return new PeerAnswer(digit, probabilities[digit], probabilities, "onnx-000000000000");
        });
    }
}
