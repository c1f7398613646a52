using Microsoft.Net.Http.Headers;

namespace MnistService.Submissions;

/// <summary>201 with the new resource's address and a file as the body.</summary>
internal sealed class CreatedFile(string location, string path, string downloadName) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = StatusCodes.Status201Created;
        response.ContentType = "text/csv";
        response.ContentLength = new FileInfo(path).Length;
        response.Headers.Location = location;
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = downloadName }.ToString();
        return response.SendFileAsync(path, httpContext.RequestAborted);
    }
}
