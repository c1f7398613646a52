using Microsoft.ML.OnnxRuntime;

namespace MnistService.Benchmarks.Peers;

/// <summary>Runs a session on buffers that are made once and that ONNX Runtime reads and writes in place. For one thread; the session may have others.</summary>
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

    /// <summary>[batch×784] of 0–255, to be filled.</summary>
    internal Span<float> Pixels => _pixels;

    /// <summary>[batch×10] of the last run.</summary>
    internal ReadOnlySpan<float> Probabilities => _probabilities;

    internal void Run() => _session.Run(_options, Inputs, _input, Outputs, _output);

    public void Dispose()
    {
        _input[0].Dispose();
        _output[0].Dispose();
        _options.Dispose();
    }
}
