using System.Text;
using Microsoft.Playwright;
using MnistService.Drawings;
using SkiaSharp;

namespace MnistService.Tests.Browser;

/// <summary>The list of images: what is sent to the service, the large view, the order and the filter, and what is kept over a reload.</summary>
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
        page.Dialog += (_, dialog) => _ = dialog.AcceptAsync(); // the question before the list is cleared
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

    /// <summary>The link Images leads to #pictures; a user types the name that the page shows.</summary>
    [Fact]
    public Task The_address_images_shows_the_list_of_images() => Chromium.OpenAsync(new(Address, "/#images"), async page =>
    {
        await page.Expect("#pictures-title").ToBeVisibleAsync();
        await page.Expect("nav a[aria-current]").ToHaveTextAsync("Images");
    });

    [Fact]
    public Task Each_card_contains_its_controls_at_any_width() => OpenAsync(async page =>
    {
        await AddAsync(page, Plain("seven.png", "7"), Plain("several.png", "42"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("2 of 2 processed");
        await page.Expect("#gallery select").ToBeVisibleAsync();
        foreach (var width in new[] { 320, 560, 830, 1100, 1400 })
        {
            await page.SetViewportSizeAsync(width, 800);
            Assert.True(await page.EvaluateAsync<bool>("""
                () => [...document.querySelectorAll('#gallery li')].every(card => [...card.querySelectorAll('button, select, img, p')].every(
                  part => part.getBoundingClientRect().right <= card.getBoundingClientRect().right))
                """), $"A card is too narrow at {width} px.");
        }
    }, expectedComplaint: "422"); // the browser reports the response to the image with several digits

    [Fact]
    public Task A_large_photo_is_shrunk_upright_before_it_is_sent() => OpenAsync(async page =>
    {
        var sent = await RecordAsync(page);
        var photo = new Scene("photo", 3600, 2700, 1500, 120) { Light = Light.Grain(12), Jpeg = 95 }.Draw(7, new Random(1));
        Assert.InRange(photo.Length, 2 << 20, 32 << 20);
        await AddAsync(page, File("photo.jpg", photo, "image/jpeg"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("1 of 1 processed");
        await page.Expect("#gallery strong").ToHaveTextAsync("7");
        Assert.InRange((await sent())[0].Length, 1000, photo.Length / 2);
        Assert.Equal((2048, 1536), SizeOf((await sent())[0]));

        byte[] turned = [.. photo[..2], .. Exif.Segment(Exif.Of(6)), .. photo[2..]];
        await AddAsync(page, File("turned.jpg", turned, "image/jpeg"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("2 of 2 processed");
        Assert.Equal((1536, 2048), SizeOf((await sent())[1]));

        var small = Plain("small.png", "7");
        await AddAsync(page, small);
        await page.Expect("#pictures-progress").ToHaveTextAsync("3 of 3 processed");
        Assert.Equal(small.Buffer, (await sent())[2]);
    });

    /// <summary>The service rejects images of more than 25 megapixels, whatever their file size is.</summary>
    [Theory]
    [InlineData(SKEncodedImageFormat.Png, SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp, SKEncodedImageFormat.Jpeg)]
    public Task A_small_file_with_many_pixels_is_shrunk(SKEncodedImageFormat format, SKEncodedImageFormat expected) => OpenAsync(async page =>
    {
        using var bitmap = new SKBitmap(7000, 4000, SKColorType.Rgb888x, SKAlphaType.Opaque);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        using var pen = new SKPaint { StrokeWidth = 200 };
        canvas.DrawLine(2500, 800, 4500, 800, pen);
        canvas.DrawLine(4450, 800, 3000, 3400, pen);
        using var file = bitmap.Encode(format, 50);
        Assert.InRange(file.Size, 100, 1 << 20);
        var sent = await RecordAsync(page);
        await AddAsync(page, File($"many.{format}", file.ToArray(), $"image/{format}".ToLowerInvariant()));
        await page.Expect("#gallery strong").ToHaveTextAsync("7");
        using var codec = SKCodec.Create(new SKMemoryStream((await sent())[0]));
        Assert.Equal((expected, 2048, 1170), (codec.EncodedFormat, codec.Info.Width, codec.Info.Height));
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

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public Task A_click_opens_an_image_with_the_boxes_of_its_digits(ColorScheme colors, int width) => OpenAsync(async page =>
    {
        await AddAsync(page, Plain("seven.png", "7 ."), Plain("lines.png", "47", "58"), File("bad.png", [1, 2, 3]));
        await page.Expect("#pictures-progress").ToHaveTextAsync("2 of 3 processed, 1 failed");
        await page.Locator("#gallery li:nth-child(2) .file").ClickAsync();
        await page.Expect("#photo-words").ToHaveTextAsync("Several digits: 47 58.");
        await page.Expect("#photo-place").ToHaveTextAsync("2 of 3");
        await page.Expect("#photo-boxes text").ToHaveTextAsync(["4", "7", "5", "8"]);
        await page.Expect("#photo-digits canvas").ToHaveCountAsync(4);
        await page.Expect("#photo-digits span").ToContainTextAsync(["4: ", "7: ", "5: ", "8: "]);
        var centers = await page.EvaluateAsync<double[][]>("""
            () => {
              const image = document.getElementById('photo-image'), place = image.getBoundingClientRect();
              const scale = Math.min(place.width / image.naturalWidth, place.height / image.naturalHeight);
              const left = place.left + (place.width - scale * image.naturalWidth) / 2, top = place.top + (place.height - scale * image.naturalHeight) / 2;
              return [...document.querySelectorAll('#photo-boxes rect')].map(rect => {
                const box = rect.getBoundingClientRect();
                return [(box.left + box.width / 2 - left) / scale, (box.top + box.height / 2 - top) / scale];
              });
            }
            """);
        Assert.Equal([(0, 0), (1, 0), (0, 1), (1, 1)], centers.Select(center => ((int)center[0] / PlainImages.Side, (int)center[1] / PlainImages.Side)));
        await page.FitsAsync();
        await page.ShowAsync($"photo-{colors}");

        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Expect("#photo-words").ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"^7, .* confidence\. 1 mark was ignored\.$"));
        await page.Expect("#photo-before").ToBeDisabledAsync();
        await page.Locator("#photo-after").ClickAsync();
        await page.Locator("#photo-after").ClickAsync();
        await page.Expect("#photo-error").ToContainTextAsync("expected a PNG, JPEG, WebP, GIF or BMP");
        await page.Expect("#photo-boxes rect").ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");
        await page.Expect("#photo").ToBeHiddenAsync();
        await page.Expect("#gallery li:nth-child(3) .open").ToBeFocusedAsync(); // the image that was shown last
        await page.ShowAsync($"pictures-{colors}");
    }, expectedComplaint: "status of 4", new() { ColorScheme = colors, ViewportSize = new() { Width = width, Height = 900 } });

    [Fact]
    public Task The_large_view_is_opened_with_the_keyboard_and_controls_of_a_card_do_not_open_it() => OpenAsync(async page =>
    {
        await AddAsync(page, Plain("seven.png", "7"), Plain("four.png", "4"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("2 of 2 processed");
        await page.Locator("#gallery li:nth-child(1) select").SelectOptionAsync("7");
        await page.Locator("#gallery li:nth-child(1) select").ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Expect("#photo").ToBeHiddenAsync();
        await page.Locator("#gallery li:nth-child(1) .open").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Expect("#photo-words").ToContainTextAsync("7, ");
        await page.Expect("#photo-title").ToBeFocusedAsync();
        await page.Locator("#photo-close").ClickAsync();
        await page.Expect("#gallery li:nth-child(1) .open").ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Expect("#photo").ToBeVisibleAsync();
        await page.EvaluateAsync("location.hash = '#draw'"); // as the Back button does
        await page.Expect("#photo").ToBeHiddenAsync();
        await page.GoAsync("pictures");
        await page.Locator("#gallery li:nth-child(1) .quiet").ClickAsync();
        await page.Expect("#photo").ToBeHiddenAsync();
        await page.Expect("#gallery li").ToHaveCountAsync(1);
    });

    [Fact]
    public Task The_list_is_sorted_and_filtered() => OpenAsync(async page =>
    {
        await AddAsync(page, Plain("10.png", "1"), Plain("2.png", "#"), Plain("3.png", "42"), File("4.png", [1, 2, 3]), Plain("5.png", "7"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("4 of 5 processed, 1 failed");
        await FilterAsync("several", "Several digits (1)", "3.png");
        await page.Expect("#pictures-shown").ToHaveTextAsync("1 of 5 images shown");
        await FilterAsync("errors", "Errors (1)", "4.png");
        await FilterAsync("none", "Not a digit (1)", "2.png");
        await FilterAsync("wrong", "Predicted wrongly (0)");
        await FilterAsync("all", "All images (5)", "10.png", "2.png", "3.png", "4.png", "5.png");
        await page.Expect("#pictures-shown").ToBeEmptyAsync();
        await page.Locator("#gallery li:nth-child(5) select").SelectOptionAsync("1");
        await FilterAsync("wrong", "Predicted wrongly (1)", "5.png");
        await page.Locator("#pictures-filter").SelectOptionAsync("all");

        await page.Locator("#pictures-order").SelectOptionAsync("name");
        await page.Expect("#gallery .file").ToHaveTextAsync(["2.png", "3.png", "4.png", "5.png", "10.png"]);
        await page.Locator("#pictures-order").FocusAsync();
        await page.Locator("#pictures-order").SelectOptionAsync("ascending");
        var confidences = await page.Locator("#gallery li").EvaluateAllAsync<string[]>("cards => cards.map(card => card.querySelector('.file').textContent)");
        Assert.Equal(["2.png", "4.png"], confidences[3..]); // without a confidence
        await page.Expect("#pictures-order").ToBeFocusedAsync();

        async Task FilterAsync(string filter, string text, params string[] names)
        {
            await page.Locator("#pictures-filter").SelectOptionAsync(filter);
            await page.Expect("#pictures-filter option:checked").ToHaveTextAsync(text);
            await page.Expect("#gallery .file").ToHaveTextAsync(names);
        }
    }, expectedComplaint: "status of 4");

    [Fact]
    public Task The_list_survives_a_reload_until_it_is_cleared() => OpenAsync(async page =>
    {
        await AddAsync(page, Plain("seven.png", "7"), Plain("both.png", "42"), Plain("four.png", "4"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("3 of 3 processed");
        await page.Locator("#gallery li:nth-child(1) select").SelectOptionAsync("1");
        await page.Locator("#gallery li:nth-child(3) .quiet").ClickAsync();
        await page.Expect("#pictures-kept").ToHaveTextAsync("These images stay in this browser after a reload, also for other users of it, until you clear them.");
        await StoredAsync(page, 2);
        List<string> requests = [];
        page.Request += (_, request) => requests.Add(request.Url);

        await page.ReloadAsync();
        await page.Expect("#pictures-progress").ToHaveTextAsync("2 of 2 processed; 1 of 1 labeled image predicted wrongly");
        await page.Expect("#gallery .file").ToHaveTextAsync(["seven.png", "both.png"]);
        await page.Expect("#gallery strong").ToHaveTextAsync(["7", "42"]);
        await page.Expect("#gallery select").ToHaveValueAsync("1");
        Assert.DoesNotContain(requests, url => url.Contains("/predict", StringComparison.Ordinal));
        await page.Locator("#gallery li:nth-child(2)").ClickAsync();
        await page.Expect("#photo-words").ToHaveTextAsync("Several digits: 42.");
        await page.Keyboard.PressAsync("Escape");
        await AddAsync(page, Plain("nine.png", "9"));
        await page.Expect("#gallery .file").ToHaveTextAsync(["seven.png", "both.png", "nine.png"]);
        await page.Expect("#pictures-progress").ToContainTextAsync("3 of 3 processed");
        await StoredAsync(page, 3);

        await page.Locator("#pictures-clear").ClickAsync();
        await page.Expect("#gallery li").ToHaveCountAsync(0);
        await StoredAsync(page, 0);
        await page.ReloadAsync();
        await page.OpenedAsync("pictures");
        await page.Expect("#gallery li").ToHaveCountAsync(0);
        await page.Expect("#pictures-tools").ToBeHiddenAsync();
    }, expectedComplaint: "422");

    /// <summary>An image whose request failed is sent again after a reload.</summary>
    [Fact]
    public Task An_image_without_a_result_is_sent_after_a_reload() => OpenAsync(async page =>
    {
        await page.RouteAsync("**/predict?*", route => route.AbortAsync());
        await AddAsync(page, Plain("seven.png", "7"));
        await StoredAsync(page, 1);
        await page.UnrouteAsync("**/predict?*");
        await page.ReloadAsync();
        await page.Expect("#gallery strong").ToHaveTextAsync("7");
    }, expectedComplaint: "ERR_FAILED");

    /// <summary>The request would fail as if the service did not respond, and storing the file would fail too.</summary>
    [Fact]
    public Task A_file_that_cannot_be_read_is_an_error_of_its_card() => OpenAsync(async page =>
    {
        await page.EvaluateAsync("""
            () => {
              const { slice } = Blob.prototype;
              Blob.prototype.slice = function (...range) {
                return this.name === 'deleted.png' ? { arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) } : slice.apply(this, range);
              };
            }
            """);
        var sent = await RecordAsync(page);
        await AddAsync(page, Plain("deleted.png", "4"), Plain("seven.png", "7"));
        await page.Expect("#gallery li:nth-child(1) .error").ToHaveTextAsync("The file cannot be read.");
        await page.Expect("#pictures-progress").ToHaveTextAsync("1 of 2 processed, 1 failed");
        Assert.Single(await sent());
        await StoredAsync(page, 1);
        await page.Expect("#pictures-kept").ToHaveTextAsync("These images stay in this browser after a reload, also for other users of it, until you clear them.");
    });

    [Fact]
    public Task A_file_that_was_deleted_is_an_error_of_its_card() => OpenAsync(async page =>
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.png");
        await System.IO.File.WriteAllBytesAsync(path, PlainImages.Draw("7"));
        var release = new TaskCompletionSource();
        await page.RouteAsync("**/predict?*", async route =>
        {
            await release.Task;
            await route.ContinueAsync();
        });
        await AddAsync(page, [.. Enumerable.Range(0, 4).Select(i => Plain($"{i}.png", "7"))]); // all requests that the page sends at a time
        await page.Locator("#pictures-input").SetInputFilesAsync(path);
        await page.Expect("#gallery li").ToHaveCountAsync(5);
        System.IO.File.Delete(path);
        release.SetResult();
        await page.Expect("#gallery li:nth-child(5) .error").ToHaveTextAsync("The file cannot be read.");
        await page.Expect("#pictures-progress").ToHaveTextAsync("4 of 5 processed, 1 failed");
    }, expectedComplaint: "net::ERR_");

    [Theory]
    [InlineData("delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined });")]
    [InlineData("IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };")]
    public Task The_list_works_without_storage(string script) => OpenAsync(async page =>
    {
        await page.AddInitScriptAsync(script);
        await page.ReloadAsync();
        await page.OpenedAsync("pictures");
        await AddAsync(page, Plain("seven.png", "7"));
        await page.Expect("#gallery strong").ToHaveTextAsync("7");
        await page.Expect("#pictures-kept").ToHaveTextAsync("These images are lost when the page is reloaded: the browser's storage is not available.");
        await page.Locator("#pictures-clear").ClickAsync();
        await page.Expect("#gallery li").ToHaveCountAsync(0);
    });

    [Fact]
    public Task The_list_can_be_cleared_after_the_quota_is_exceeded() => OpenAsync(async page =>
    {
        await AddAsync(page, Plain("seven.png", "7"), Plain("four.png", "4"), Plain("one.png", "1"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("3 of 3 processed");
        await StoredAsync(page, 3);
        await page.EvaluateAsync("() => { IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); }; }");
        await AddAsync(page, Plain("nine.png", "9"));
        await page.Expect("#pictures-progress").ToHaveTextAsync("4 of 4 processed");
        await page.Expect("#pictures-kept").ToHaveTextAsync("New images and labels are no longer kept, because the browser's storage failed.");
        await page.Locator("#gallery li:nth-child(1) .quiet").ClickAsync();
        await StoredAsync(page, 2);
        await page.Locator("#pictures-clear").ClickAsync();
        await page.Expect("#gallery li").ToHaveCountAsync(0);
        await StoredAsync(page, 0);
        await page.ReloadAsync();
        await page.OpenedAsync("pictures");
        await page.Expect("#gallery li").ToHaveCountAsync(0);
    });

    /// <summary>The images of an earlier visit are deleted even if the database does not open.</summary>
    [Fact]
    public Task The_list_can_be_cleared_while_the_database_does_not_open() => OpenAsync(async page =>
    {
        await AddAsync(page, Plain("seven.png", "7"));
        await page.Expect("#gallery strong").ToHaveTextAsync("7");
        await StoredAsync(page, 1);
        await page.AddInitScriptAsync("if (sessionStorage.getItem('hangs')) IDBFactory.prototype.open = () => ({});");
        await page.EvaluateAsync("sessionStorage.setItem('hangs', 'yes')");
        await page.ReloadAsync();
        await page.OpenedAsync("pictures");
        await AddAsync(page, Plain("four.png", "4"));
        await page.Expect("#gallery strong").ToHaveTextAsync("4");
        await page.Locator("#pictures-clear").ClickAsync();
        await page.Expect("#gallery li").ToHaveCountAsync(0);
        await page.EvaluateAsync("sessionStorage.removeItem('hangs')");
        await page.ReloadAsync();
        await page.OpenedAsync("pictures");
        await page.Expect("#gallery li").ToHaveCountAsync(0);
    });

    /// <summary>The stored images would replace it.</summary>
    [Fact]
    public Task An_image_is_not_pasted_before_the_stored_images_are_loaded() => OpenAsync(async page =>
    {
        await page.AddInitScriptAsync("IDBFactory.prototype.open = () => ({});"); // the page waits for some seconds
        await page.ReloadAsync();
        await page.Locator("#pictures-order option").First.WaitForAsync(new() { State = WaitForSelectorState.Attached }); // the paste handler is then registered, too
        await PasteAsync();
        await page.Expect("#pictures[inert]").ToHaveCountAsync(1);
        await page.Expect("#gallery li").ToHaveCountAsync(0);
        await page.OpenedAsync("pictures");
        await PasteAsync();
        await page.Expect("#pictures-progress").ToHaveTextAsync("1 of 1 processed");

        Task PasteAsync() => page.EvaluateAsync("""
            base64 => {
              const clipboardData = new DataTransfer();
              clipboardData.items.add(new File([Uint8Array.from(atob(base64), character => character.charCodeAt(0))], 'seven.png', { type: 'image/png' }));
              document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
            }
            """, Convert.ToBase64String(PlainImages.Draw("7")));
    });

    /// <summary>Waits until the browser has stored this number of images.</summary>
    private static async Task StoredAsync(IPage page, int count) => await page.WaitForFunctionAsync("""
        count => new Promise(resolve => {
          const opening = indexedDB.open('mnist-service-images');
          opening.onsuccess = () => {
            const database = opening.result, transaction = database.transaction(['files', 'results']);
            const counts = ['files', 'results'].map(name => transaction.objectStore(name).count());
            transaction.oncomplete = () => { database.close(); resolve(counts.every(each => each.result === count)); };
          };
        })
        """, count);
}
