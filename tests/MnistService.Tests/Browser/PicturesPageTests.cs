using System.Text;
using Microsoft.Playwright;
using MnistService.Drawings;
using SkiaSharp;

namespace MnistService.Tests.Browser;

/// <summary>The list of images: what is sent to the service.</summary>
public sealed class PicturesPageTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    /// <summary>An AVIF of 2×2 pixels without ink.</summary>
    private const string Avif =
        "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAB0AAAAoaWluZgAAAAAAAQAAABppbmZl"
        + "AgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAAAIAAAACAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgQ0MAAAAABNjb2xybmNseAACAAIAAYAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAACVtZGF0EgAKCBgANogQEAwgMg8f8D///8WfhwB8+ErK42A=";

    private const string Svg = """<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"><path d="M8 5h14l-9 20" fill="none" stroke="#000" stroke-width="3"/></svg>""";

    private Uri Address => new(application.Start().BaseAddress!, "/#pictures");

    private static FilePayload File(string name, byte[] bytes, string type = "image/png") => new() { Name = name, MimeType = type, Buffer = bytes };

    private static FilePayload Plain(string name, params string[] lines) => File(name, PlainImages.Draw(lines));

    private Task OpenAsync(Func<IPage, Task> test, string? expectedComplaint = null, BrowserNewContextOptions? device = null) => Chromium.OpenAsync(Address, async page =>
    {
        await page.OpenedAsync("pictures");
        await test(page);
    }, expectedComplaint, device);

    /// <summary>Records the files that the page sends from now on. Playwright does not return bodies that are files.</summary>
    /// <returns>A function that returns the files.</returns>
    private static async Task<Func<Task<List<byte[]>>>> RecordAsync(IPage page)
    {
        await page.EvaluateAsync("""
            () => {
              const { fetch } = window;
              window.sent = [];
              window.fetch = (path, options) => {
                if (path.startsWith('/predict')) window.sent.push(options.body);
                return fetch(path, options);
              };
            }
            """);
        return async () => [.. (await page.EvaluateAsync<string[]>("""
            () => Promise.all(window.sent.map(file => new Promise(resolve => {
              const reader = new FileReader();
              reader.onload = () => resolve(reader.result.split(',')[1]);
              reader.readAsDataURL(file);
            })))
            """)).Select(Convert.FromBase64String)];
    }

    private static Task AddAsync(IPage page, params FilePayload[] files) => page.Locator("#pictures-input").SetInputFilesAsync(files);

    [Fact]
    public Task A_large_photo_is_shrunk_upright_before_it_is_sent() => OpenAsync(async page =>
    {
        var sent = await RecordAsync(page);
        var photo = new Scene("photo", 3600, 2700, 1500, 120) { Light = Light.Grain(12), Jpeg = 95 }.Draw(7, new Random(1));
        Assert.InRange(photo.Length, 2 << 20, 32 << 20);
        await AddAsync(page, File("photo.jpg", photo, "image/jpeg"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("1 of 1 recognized");
        await page.Expect("#gallery strong").ToHaveTextAsync("7");
        Assert.InRange((await sent())[0].Length, 1000, photo.Length / 2);
        Assert.Equal((2048, 1536), SizeOf((await sent())[0]));

        byte[] turned = [.. photo[..2], .. Exif.Segment(Exif.Of(6)), .. photo[2..]];
        await AddAsync(page, File("turned.jpg", turned, "image/jpeg"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("2 of 2 recognized");
        Assert.Equal((1536, 2048), SizeOf((await sent())[1]));

        var small = Plain("small.png", "7");
        await AddAsync(page, small);
        await page.Expect("#pictures-progress").ToHaveTextAsync("3 of 3 recognized");
        Assert.Equal(small.Buffer, (await sent())[2]);
    });

    private static (int Width, int Height) SizeOf(byte[] image)
    {
        using var bitmap = SKBitmap.Decode(image);
        return (bitmap.Width, bitmap.Height);
    }

    [Fact]
    public Task A_format_that_only_the_browser_reads_is_converted() => OpenAsync(async page =>
    {
        var sent = await RecordAsync(page);
        await page.Expect("#pictures-input").ToHaveAttributeAsync("accept", "image/*");
        await AddAsync(page, File("seven.svg", Encoding.UTF8.GetBytes(Svg), "image/svg+xml"));
        await page.Expect("#gallery strong").ToHaveTextAsync("7");
        Assert.Equal((1024, 1024), SizeOf((await sent())[0]));

        await AddAsync(page, File("empty.avif", Convert.FromBase64String(Avif), "image/avif"));
        await page.Expect("#gallery li:nth-child(2) .error").ToContainTextAsync("no ink");
        Assert.Equal((2, 2), SizeOf((await sent())[1]));
    }, expectedComplaint: "422");

    /// <summary>Chromium does not decode HEIC, so the service's advice is shown.</summary>
    [Fact]
    public Task A_file_that_the_browser_cannot_decode_is_sent_unchanged() => OpenAsync(async page =>
    {
        var sent = await RecordAsync(page);
        var heic = Encoding.Latin1.GetBytes("\0\0\0\u0018ftypheic\0\0\0\0mif1heic");
        await AddAsync(page, File("photo.heic", heic, "image/heic"));
        await page.Expect("#gallery .error").ToContainTextAsync("HEIC");
        Assert.Equal(heic, (await sent())[0]);
    }, expectedComplaint: "415");
}
