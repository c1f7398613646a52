using System.Buffers;
using System.Text.Json;

namespace MnistService.Predict;

/// <summary>One prediction as JSON, written at once and with its length, so that it leaves in a single piece.</summary>
internal sealed class PredictionResult(Prediction prediction) : IResult
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var buffer = _buffer ??= new(512);
        var writer = _writer ??= new(buffer);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        JsonSerializer.Serialize(writer, prediction, PredictJson.Default.Prediction);
        var response = httpContext.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        // The web server has copied the bytes when the call returns, finished or not: the buffer is free for the next.
        return response.Body.WriteAsync(buffer.WrittenMemory, httpContext.RequestAborted).AsTask();
    }
}
