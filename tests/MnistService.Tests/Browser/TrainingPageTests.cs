using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.Browser;

/// <summary>The training view: from drawn digits to a promoted model, and canceled, resumed and invalid jobs.</summary>
public sealed class TrainingPageTests : IAsyncDisposable
{
    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn();
    private readonly HttpClient _client;

    public TrainingPageTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    private Uri At(string view) => new(_client.BaseAddress!, $"/#{view}");

    [Fact]
    public Task Digits_are_drawn_collected_trained_on_and_their_model_promoted_and_rolled_back() => Chromium.OpenAsync(At("draw"), async page =>
    {
        for (var i = 0; i < 20; i++)
        {
            await page.DrawAsync(i % 2, hand: i);
            await Assertions.Expect(page.Locator("#labels button").First).ToBeEnabledAsync();
            await page.CollectAsync(i % 2);
        }
        await page.Locator("#dataset-name").FillAsync("my digits");
        await page.Locator("#collection-save").ClickAsync();
        await page.Expect("#collection-saved").ToContainTextAsync("Saved 20 digits as the data set “my digits”");
        await page.Expect("#collection-digits li").ToHaveCountAsync(0);
        await page.Locator("#collection-saved a").ClickAsync();

        await page.Expect("#train-data option:checked").ToHaveTextAsync("my digits (20 images)");
        await page.Expect("#train-data-hint").ToContainTextAsync("Few images");
        await page.Locator("#train-name").FillAsync("learned from me");
        await page.Locator("#train-network").SelectOptionAsync("mlp"); // the form then selects the model of this network to start from
        await page.Locator("#train-epochs").FillAsync("3");
        await page.Locator("#train-promote").SelectOptionAsync("never");
        await page.Expect("#train-batchSize").ToHaveValueAsync("8");
        await page.Expect("#train-start-from option:checked").ToContainTextAsync("(mlp)");
        await page.Locator("#train-start").ClickAsync();
        await page.Expect("#job h3").ToHaveTextAsync("learned from me");
        await page.Expect("#job .state").ToContainTextAsync("succeeded", new() { Timeout = 240_000 }); // the job shares the processors with other tests
        await page.Expect("#job .chart").ToHaveCountAsync(2);
        await page.Locator("#job summary").ClickAsync();
        await page.Expect("#job .log tbody tr").ToHaveCountAsync(3);

        await page.Locator("#jobs-list a").ClickAsync();
        var mine = page.Locator("#model-cards article", new() { HasText = "learned from me" });
        // Without MNIST there is no reference set, so the promotion rule refuses and the page asks the user.
        string? question = null;
        page.Dialog += (_, dialog) =>
        {
            question = dialog.Message;
            _ = dialog.AcceptAsync();
        };
        await mine.Locator("button:text('Promote')").ClickAsync();
        await page.Expect("#models-told").ToHaveTextAsync("learned from me is now serving.");
        Assert.StartsWith("MNIST's four files (", question, StringComparison.Ordinal);
        Assert.Contains("so models cannot be compared on MNIST.", question, StringComparison.Ordinal);
        await page.Expect("#status-model").ToContainTextAsync("mlp-");
        await page.Locator("#roll-back").ClickAsync();
        await page.Expect("#models-told").ToContainTextAsync("CNN, MNIST + strokes is now serving.");
        await page.Expect("#status-model").ToContainTextAsync("cnn-");
    }, expectedComplaint: "status of 4"); // 422 for the beginning of a stroke, 404 for the test images of MNIST, which is missing

    [Fact]
    public async Task A_worse_model_of_a_job_is_not_promoted_and_both_views_say_why()
    {
        _application.WithMnist();
        var data = await _client.AddDatasetAsync(DatasetFiles.Csv());
        await Chromium.OpenAsync(At($"training?data={data}"), async page =>
        {
            await page.Expect("#train-data").ToHaveValueAsync(data);
            await page.Locator("#train-network").SelectOptionAsync("mlp");
            await page.Locator("#train-epochs").FillAsync("1");
            await page.Locator("#train-start").ClickAsync();
            await page.Expect("#job .state").ToContainTextAsync("succeeded", new() { Timeout = 240_000 }); // the job shares the processors with other tests
            await page.Expect("#job").ToContainTextAsync(new Regex(@"% of the test images correct\. Worse on (MNIST|strokes): \d+\.\d % instead of 99\.\d %\. Not promoted\."));

            // The draw view shows the job that the browser has stored as its last teaching. A real teaching of the CNN takes half a minute.
            var job = (await _client.GetJsonAsync("/train"))["jobs"]![0]!;
            await page.EvaluateAsync("id => localStorage.setItem('mnist-service-teaching', id)", (string)job["id"]!);
            await page.GoAsync("draw");
            await page.Expect("#teaching [role=status]").ToHaveTextAsync($"The service still uses the old model. {job["promotion"]!["reason"]}");
            await page.Expect("#teaching tbody th").ToHaveTextAsync(["Collected digits that were held out", "MNIST", "strokes"]);
            await page.Expect("#status-model").ToContainTextAsync("cnn-");
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_is_watched_cancelled_resumed_and_laid_over_another(bool onPhone)
    {
        var data = await _client.AddDatasetAsync(DatasetFiles.Csv());
        foreach (var name in new[] { "first", "second" })
        {
            var job = await (await _client.PostJobAsync(new { name, data, network = "mlp", epochs = 2, promote = "never" })).JsonAsync(System.Net.HttpStatusCode.Accepted);
            await _client.EndOfJobAsync((string)job["id"]!);
        }
        await Chromium.OpenAsync(At($"training?data={data}"), async page =>
        {
            await page.Expect("#jobs-list li").ToHaveCountAsync(2);
            await page.Locator("#jobs-list input").First.CheckAsync();
            await page.Locator("#jobs-list input").Last.CheckAsync();
            await page.Expect("#jobs-overlay .chart").ToHaveCountAsync(2);
            await page.Expect("#jobs-overlay .chart:first-child .legend li").ToHaveTextAsync(["second, training", "second, validation", "first, training", "first, validation"]);

            await page.Locator("#train-name").FillAsync("long");
            await page.Locator("#train-epochs").FillAsync("1000");
            await page.Locator("#train-start").ClickAsync();
            await page.Expect("#job h3").ToHaveTextAsync("long");
            await page.Expect("#job").ToContainTextAsync("images per second");
            await page.Expect("#job progress").ToBeVisibleAsync();
            await page.FitsAsync();
            await page.ShowAsync(onPhone ? "training-phone" : "training");
            await page.Locator("#job button:text('Cancel')").ClickAsync();
            await page.Expect("#job .state").ToContainTextAsync("canceled");
            await page.Locator("#job button:text('Resume')").ClickAsync();
            await page.Expect("#job .state").ToContainTextAsync("running");
            await page.Locator("#job button:text('Cancel')").ClickAsync();
            await page.Expect("#job .state").ToContainTextAsync("canceled");
            page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
            await page.Locator("#job button:text('Delete')").ClickAsync();
            await page.Expect("#jobs-list li").ToHaveCountAsync(2);
        }, device: onPhone ? Chromium.Phone : Chromium.Desktop);
    }

    [Fact]
    public Task What_cannot_be_trained_is_told_beside_its_field() => Chromium.OpenAsync(At("training"), async page =>
    {
        await page.Expect("#train-epochs-hint").ToHaveTextAsync("1 to 1000; recommended 52");
        await page.Locator("#train-epochs").FillAsync("0");
        await page.Locator("#train-start").ClickAsync();
        await page.Expect("[data-field=epochs] .error").ToHaveTextAsync("epochs is 0; expected at least 1 and at most 1000.");
        await page.Expect("#train-epochs").ToBeFocusedAsync();
        await page.Locator("button[type=reset]").ClickAsync();
        await page.Expect("[data-field=epochs] .error").ToHaveCountAsync(0);
        await page.Expect("#train-epochs").ToHaveValueAsync("");

        await page.Locator("#train-epochs").PressSequentiallyAsync("3e"); // a browser reports "3e" as an empty value, which would train 52 epochs
        await page.Locator("#train-start").ClickAsync();
        await page.Expect("[data-field=epochs] .error").ToHaveTextAsync("The value is not a number. Enter a number.");
        await page.Expect("#jobs-list li").ToHaveCountAsync(0);
    }, expectedComplaint: "422");

    [Fact]
    public async Task A_job_trains_on_a_mixture_with_the_weights_that_were_filled_in()
    {
        var data = await _client.AddDatasetAsync(DatasetFiles.Csv());
        await Chromium.OpenAsync(At($"training?data={data}"), async page =>
        {
            await page.Expect("#train-data").ToHaveValueAsync(data);
            await page.Locator("#train-mix input[value=strokes]").CheckAsync();
            await page.Locator("[aria-label='Weight of Strokes']").FillAsync("0.5");
            await page.Locator("#train-network").SelectOptionAsync("mlp");
            await page.Locator("#train-epochs").FillAsync("1");
            await page.Locator("#train-promote").SelectOptionAsync("never");
            await page.Locator("#train-start").ClickAsync();
            await page.Expect("#job .state").ToContainTextAsync("succeeded", new() { Timeout = 240_000 }); // the job shares the processors with other tests
        });
        var settings = (await _client.GetJsonAsync("/train"))["jobs"]![0]!["settings"]!;
        Assert.Equal($$"""[{"id":"{{data}}","weight":1},{"id":"strokes","weight":0.5}]""", settings["data"]!.ToJsonString());
    }

    [Fact]
    public async Task The_images_of_a_data_set_are_browsed_by_label()
    {
        await _client.AddDatasetAsync(DatasetFiles.Csv());
        await Chromium.OpenAsync(At("training"), async page =>
        {
            var strokes = page.Locator("#datasets-list > li", new() { HasText = "Strokes" });
            await strokes.Locator("summary").ClickAsync();
            await Assertions.Expect(strokes.Locator("canvas")).ToHaveCountAsync(24);
            await Assertions.Expect(strokes).ToContainTextAsync("1–24 of 12000");
            await strokes.Locator("select").SelectOptionAsync("7");
            await Assertions.Expect(strokes).ToContainTextAsync("1–24 of 1200");
            await Assertions.Expect(strokes.Locator(".digits li").First).ToHaveTextAsync("7");
            await strokes.Locator("button:text('Next')").ClickAsync();
            await Assertions.Expect(strokes).ToContainTextAsync("25–48 of 1200");
            await page.FitsAsync();
            await page.ShowAsync("dataset-images");
            var mine = page.Locator("#datasets-list > li").First;
            await mine.Locator("summary").Last.ClickAsync();
            await Assertions.Expect(mine.Locator("canvas")).ToHaveCountAsync(24);
        });
    }

    [Fact]
    public async Task A_job_its_model_and_a_data_set_are_renamed()
    {
        var data = await _client.AddDatasetAsync(DatasetFiles.Csv());
        var job = await (await _client.PostJobAsync(new { data, network = "mlp", epochs = 1, promote = "never" })).JsonAsync(System.Net.HttpStatusCode.Accepted);
        var model = (string)(await _client.EndOfJobAsync((string)job["id"]!))["model"]!;
        Assert.Equal($"mlp-{job["id"]}", model);
        Assert.Matches(@"^digits 0–9, \d+ \w+ \d\d:\d\d$", (string?)(await _client.GetJsonAsync($"/datasets/{data}"))["name"]);
        Assert.Matches(@"^MLP, digits 0–9, \d+ \w+ \d\d:\d\d, \d+ \w+ \d\d:\d\d$", (string?)(await _client.GetJsonAsync($"/models/{model}"))["name"]);
        await Chromium.OpenAsync(At("training"), async page =>
        {
            var name = "";
            page.Dialog += (_, dialog) => _ = dialog.AcceptAsync(name);
            name = "my job";
            await page.Locator("#job button:text('Rename')").ClickAsync();
            await page.Expect("#job h3").ToHaveTextAsync("my job");
            await page.Expect("#jobs-list li strong").ToHaveTextAsync("my job");
            name = "my digits";
            await page.Locator("#datasets-list button:text('Rename')").ClickAsync();
            await page.Expect("#datasets-list li:first-child strong").ToHaveTextAsync("my digits");
            name = "my model";
            await page.Locator("#jobs-list a").ClickAsync();
            await page.Locator("#model-cards article", new() { HasText = model }).Locator("button:text('Rename')").ClickAsync();
            await page.Expect("#models-told").ToHaveTextAsync("The model is now named my model.");
            await Assertions.Expect(page.Locator("#model-cards h3", new() { HasText = "my model" })).ToBeVisibleAsync();
        }, expectedComplaint: "status of 4"); // the models have no evaluation, because MNIST is missing
    }

    [Fact]
    public async Task A_data_set_is_chosen_by_a_link_once_and_can_be_deleted()
    {
        var data = await _client.AddDatasetAsync(DatasetFiles.Csv(DatasetFiles.Rows[..40]));
        await Chromium.OpenAsync(At($"training?data={data}"), async page =>
        {
            page.Dialog += (_, dialog) => _ = dialog.AcceptAsync();
            await page.Expect("#train-data").ToHaveValueAsync(data);
            await page.Expect("#train-batchSize").ToHaveValueAsync("16");
            await page.Locator("#train-data").SelectOptionAsync("mnist");
            await page.Expect("#train-batchSize").ToHaveValueAsync("");
            await page.GoAsync("draw");
            await page.GoAsync("training");
            await page.Expect("#train-data").ToHaveValueAsync("mnist");
            await page.Locator("#train-data").SelectOptionAsync(data);
            await page.Expect("#train-batchSize").ToHaveValueAsync("16");
            await page.Locator("#datasets-list button:text('Delete')").ClickAsync();
            await page.Expect("#datasets-list li").ToHaveCountAsync(2);
            await page.Expect("#train-data option").ToHaveCountAsync(2);
            await page.Expect("#train-batchSize").ToHaveValueAsync(""); // the batch size of the deleted set does not remain for MNIST
        });
    }
}
