using Microsoft.Net.Http.Headers;

namespace MnistService.Submissions;

/// <summary>Response 201 with the URL of the new resource and the content of an open CSV file. The file is closed after it has been sent.</summary>
internal sealed class CreatedFile(string location, FileStream file, string downloadName) : IResult
{
    private const int BufferBytes = 64 << 10;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var body = file;
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status201Created;
        response.ContentType = "text/csv";
        response.ContentLength = file.Length;
        response.Headers.Location = location;
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = downloadName }.ToString();
        await body.CopyToAsync(response.Body, BufferBytes, httpContext.RequestAborted);
    }
}
