using Microsoft.AspNetCore.Http.Metadata;

namespace MnistService.Connections.Memory;

/// <summary>
/// Middleware that reads a JSON body completely into memory before model binding and counts it in the <see cref="RequestMemoryBudget"/>. ASP.NET Core's own
/// reader has no limit for the bodies of all requests together.
/// </summary>
internal sealed class BufferedJson(RequestDelegate next, RequestMemoryBudget memory)
{
    public Task InvokeAsync(HttpContext http) =>
        http.Request.ContentLength is null or > 0 && http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is not null ? BufferAsync(http) : next(http);

    private async Task BufferAsync(HttpContext http)
    {
        using var lease = memory.Begin(http.Request);
        var most = (int)Math.Min(http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? int.MaxValue, 1 << 30);
        using var body = (await PooledBuffer.ReadAsync(lease.OpenBody(), http.Request.ContentLength, most, lease))
            .OrThrow(() => new BadHttpRequestException($"The body has more than {most} bytes.", StatusCodes.Status413PayloadTooLarge)); // ProblemExceptionHandler creates the response
        http.Request.Body = new MemoryStream(System.Runtime.InteropServices.MemoryMarshal.TryGetArray<byte>(body.Memory, out var bytes) ? bytes.Array! : [], 0, body.Memory.Length, writable: false);
        await next(http);
    }
}
