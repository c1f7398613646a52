using Microsoft.ML.OnnxRuntime;

namespace MnistService.Benchmarks.Peers;

/// <summary>
/// Runs a session with preallocated buffers that ONNX Runtime reads and writes in place. Not thread-safe; several callers may share a session.
/// </summary>
internal sealed class OnnxCaller : IDisposable
{
    private static readonly string[] Inputs = [OnnxNetwork.Input], Outputs = [OnnxNetwork.Output];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly float[] _pixels, _probabilities;
    private readonly OrtValue[] _input, _output;

    internal OnnxCaller(InferenceSession session, int batch)
    {
        (_session, _pixels, _probabilities) = (session, new float[batch * 784], new float[batch * 10]);
        _input = [OrtValue.CreateTensorValueFromMemory(_pixels, [batch, 1, 28, 28])];
        _output = [OrtValue.CreateTensorValueFromMemory(_probabilities, [batch, 10])];
    }

    /// <summary>Input buffer of shape [batch×784] with values 0–255. Fill it before <see cref="Run"/>.</summary>
    internal Span<float> Pixels => _pixels;

    /// <summary>Output of the last run, shape [batch×10].</summary>
    internal ReadOnlySpan<float> Probabilities => _probabilities;

    internal void Run() => _session.Run(_options, Inputs, _input, Outputs, _output);

    public void Dispose()
    {
        _input[0].Dispose();
        _output[0].Dispose();
        _options.Dispose();
    }
}
