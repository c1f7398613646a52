using Microsoft.ML.OnnxRuntime;

namespace MnistService.Model.Tests.Registry.Onnx;

/// <summary>Runs an exported file in ONNX Runtime with no other knowledge than the names of its input and outputs.</summary>
internal sealed class OnnxRuntimeSession : IDisposable
{
    private readonly SessionOptions _options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING };
    private readonly RunOptions _run = new();

    public OnnxRuntimeSession(byte[] file) => Session = new InferenceSession(file, _options);

    internal InferenceSession Session { get; }

    /// <param name="pixels">Pixels [N×784], 0 = paper, 255 = ink.</param>
    /// <returns>Logits and probabilities, [N×10] each.</returns>
    internal (float[] Logits, float[] Probabilities) Run(ReadOnlySpan<byte> pixels)
    {
        var ink = new float[pixels.Length];
        for (var i = 0; i < ink.Length; i++) ink[i] = pixels[i];
        using var input = OrtValue.CreateTensorValueFromMemory(ink, [ink.Length / 784, 1, 28, 28]);
        using var outputs = Session.Run(_run, ["pixels"], [input], ["logits", "probabilities"]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }

    public void Dispose()
    {
        Session.Dispose();
        _run.Dispose();
        _options.Dispose();
    }
}
