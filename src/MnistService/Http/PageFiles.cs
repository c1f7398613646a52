using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace MnistService.Http;

/// <summary>The web page at <c>/</c>: static files from <c>wwwroot</c> in the program's folder, independent of the working directory.</summary>
internal static class PageFiles
{
    private static readonly StringValues Revalidate = "no-cache";

    internal static void UsePage(this WebApplication app)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        // Requests that matched an endpoint skip the file lookup.
        app.UseWhen(http => http.GetEndpoint() is null, page =>
        {
            var files = new PhysicalFileProvider(folder);
            page.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files, DefaultFileNames = ["index.html"] });
            page.UseStaticFiles(new StaticFileOptions
            {
                FileProvider = files,
                // Browsers revalidate each file; an unchanged file is answered with 304.
                OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = Revalidate,
            });
        });
    }
}
