using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MnistService.Drawings;
using MnistService.TestSupport;

namespace MnistService.Tests.Predict;

/// <summary><c>POST /read</c>, and the answer of <c>POST /predict</c> for an image with several digits.</summary>
public sealed class ReadTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private static CancellationToken Cancellation => TestHttp.Cancellation;

    private Task<HttpResponseMessage> PostAsync(string route, HttpContent body) => application.Start().PostAsync(route, body, Cancellation);

    [Fact]
    public async Task All_digits_are_read_in_reading_order_with_their_boxes()
    {
        var answer = await (await PostAsync("/read", TestHttp.Body(PlainImages.Draw("472", "058")))).JsonAsync();
        Assert.Equal("472\n058", (string?)answer["text"]);
        Assert.StartsWith("cnn-", (string?)answer["model"], StringComparison.Ordinal);
        var digits = answer["digits"]!.AsArray();
        Assert.Equal([4, 7, 2, 0, 5, 8], digits.Select(digit => (int)digit!["digit"]!));
        foreach (var (index, digit) in digits.Index())
        {
            Assert.True((double)digit!["digitProbability"]! >= 0.5, digit.ToJsonString());
            Assert.InRange((double)digit["confidence"]!, 0.5, 1);
            var (x, y) = Center(digit["box"]!);
            Assert.Equal((index % 3, index / 3), ((int)x / PlainImages.Side, (int)y / PlainImages.Side));
        }

        static (double X, double Y) Center(JsonNode box) => ((double)box["x"]! + (double)box["width"]! / 2, (double)box["y"]! + (double)box["height"]! / 2);
    }

    /// <summary>The README shows the response for this file.</summary>
    [Fact]
    public async Task The_example_of_the_documentation_is_a_42()
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(MnistLocation.Root, "tests", "Drawings", "forty-two.png"), Cancellation);
        var answer = await (await PostAsync("/read", TestHttp.Body(file))).JsonAsync();
        Assert.Equal(("42", 0), ((string?)answer["text"], (int)answer["ignored"]!));
    }

    [Fact]
    public async Task Text_is_just_the_digits()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/read") { Content = TestHttp.Body(PlainImages.Draw("472", "058")) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        var response = await application.Start().SendAsync(request, Cancellation);
        Assert.Equal("472\n058", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Each_image_of_a_form_has_its_own_digits()
    {
        var answer = await (await PostAsync("/read", TestHttp.Form(("a.png", PlainImages.Draw("47")), ("b.png", [1, 2, 3]), ("c.png", PlainImages.Draw("8"))))).JsonAsync();
        var readings = answer["readings"]!.AsArray();
        Assert.Equal(["47", null, "8"], readings.Select(reading => (string?)reading!["text"]));
        Assert.Equal("picture_unreadable", (string?)readings[1]!["error"]!["code"]);
        Assert.Single(readings[2]!["digits"]!.AsArray());
    }

    [Fact]
    public async Task A_prediction_for_two_digits_is_rejected_with_the_digits()
    {
        var problem = await (await PostAsync("/predict", TestHttp.Body(PlainImages.Draw("42")))).ProblemAsync(422, "several_digits");
        Assert.Equal("42", (string?)problem["text"]);
        Assert.Equal([4, 2], problem["digits"]!.AsArray().Select(digit => (int)digit!["digit"]!));
        Assert.Contains("2 digits (42)", (string?)problem["detail"], StringComparison.Ordinal);

        var form = await (await PostAsync("/predict", TestHttp.Form(("a.png", PlainImages.Draw("7")), ("b.png", PlainImages.Draw("42"))))).JsonAsync();
        Assert.Equal(7, (int)form["predictions"]![0]!["digit"]!);
        var error = form["predictions"]![1]!["error"]!;
        Assert.Equal(("several_digits", "42", 2), ((string?)error["code"], (string?)error["text"], error["digits"]!.AsArray().Count));
    }

    /// <summary>The input of each digit is in the frame of MNIST, so the network reads the same digit in it.</summary>
    [Fact]
    public async Task The_network_inputs_of_all_digits_are_returned_on_request()
    {
        var image = PlainImages.Draw("472", "058");
        var reading = (await (await PostAsync("/read?image=true", TestHttp.Body(image))).JsonAsync())["digits"]!.AsArray();
        var error = (await (await PostAsync("/predict?image=true", TestHttp.Body(image))).ProblemAsync(422, "several_digits"))["digits"]!.AsArray();
        var form = (await (await PostAsync("/read?image=true", TestHttp.Form(("a.png", image), ("b.png", [1, 2, 3])))).JsonAsync())["readings"]![0]!["digits"]!.AsArray();
        foreach (var digits in new[] { reading, error, form })
        {
            Assert.Equal([4, 7, 2, 0, 5, 8], digits.Select(digit => (int)digit!["digit"]!));
            foreach (var digit in digits)
            {
                var pixels = Convert.FromBase64String((string)digit!["image"]!);
                Assert.Equal((784, 255), (pixels.Length, pixels.Max()));
                var again = await (await PostAsync("/predict", TestHttp.Body(PngWriter.Mnist(pixels)))).JsonAsync();
                Assert.Equal(((int)digit["digit"]!, (float)digit["confidence"]!), ((int)again["digit"]!, (float)again["confidence"]!));
            }
        }
        foreach (var route in new[] { "/read", "/read?image=false", "/predict" })
            Assert.DoesNotContain("\"image\"", await (await PostAsync(route, TestHttp.Body(image))).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        await (await PostAsync("/read?image=yes", TestHttp.Body(image))).ProblemAsync(422, "query_invalid");
    }

    /// <summary>The box is that of the digit, and not of a mark that was ignored.</summary>
    [Theory]
    [InlineData("7", 0)]
    [InlineData(". 7", 2)]
    [InlineData("# 7", 2)]
    public async Task A_prediction_with_its_image_has_the_box_of_its_digit(string line, int column)
    {
        var image = PlainImages.Draw(line);
        var answer = await (await PostAsync("/predict?image=true", TestHttp.Body(image))).JsonAsync();
        Assert.Equal(7, (int)answer["digit"]!);
        var box = (await (await PostAsync("/read", TestHttp.Body(image))).JsonAsync())["digits"]!.AsArray().Single(digit => (int)digit!["digit"]! == 7)!["box"]!;
        Assert.Equal(column, ((int)box["x"]! + (int)box["width"]! / 2) / PlainImages.Side);
        foreach (var side in new[] { "x", "y", "width", "height" }) Assert.InRange((int)answer["box"]![side]!, (int)box[side]! - 3, (int)box[side]! + 3);
        Assert.DoesNotContain("box", await (await PostAsync("/predict", TestHttp.Body(image))).Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_digit_is_read_and_predicted()
    {
        for (var digit = 0; digit < 10; digit++)
        {
            var image = PlainImages.Draw($"{digit}");
            Assert.Equal($"{digit}", (string?)(await (await PostAsync("/read", TestHttp.Body(image))).JsonAsync())["text"]);
            Assert.Equal(digit, (int)(await (await PostAsync("/predict", TestHttp.Body(image))).JsonAsync())["digit"]!);
        }
    }

    [Theory]
    [InlineData("/predict")]
    [InlineData("/read")]
    public async Task An_image_without_ink_is_rejected(string route) =>
        await (await PostAsync(route, TestHttp.Body(PlainImages.Draw(" ")))).ProblemAsync(422, "picture_no_ink");

    /// <summary>A speck is too small for a digit, and a square with two crossing lines is a mark that is not a digit.</summary>
    [Theory]
    [InlineData("/predict", "7 .", 1)]
    [InlineData("/predict", "7 #", 1)]
    [InlineData("/predict", "7", 0)]
    [InlineData("/read", "47 .", 1)]
    [InlineData("/read", "47", 0)]
    public async Task What_is_not_a_digit_is_counted(string route, string line, int ignored)
    {
        var answer = await (await PostAsync(route, TestHttp.Body(PlainImages.Draw(line)))).JsonAsync();
        Assert.Equal(line.Split(' ')[0], (string?)answer["text"] ?? answer["digit"]!.ToJsonString());
        Assert.Equal(ignored, (int)answer["ignored"]!);
    }

    /// <summary>Each piece of a mark that was cut counts, so the number is greater than that of the marks.</summary>
    [Fact]
    public async Task Pieces_of_a_mark_that_are_not_digits_are_counted()
    {
        var answer = await (await PostAsync("/read", TestHttp.Body(PlainImages.Draw("47 #")))).JsonAsync();
        Assert.Equal("47", (string?)answer["text"]);
        Assert.InRange((int)answer["ignored"]!, 1, 10);
    }

    /// <summary>Models of an earlier version have no digit score. Each mark then counts as a digit, and no image is rejected for several digits.</summary>
    [Fact]
    public async Task A_model_without_a_digit_score_answers_null()
    {
        await using var old = ServiceApplication.WithModelsOfItsOwn();
        foreach (var score in Directory.GetFiles(Path.Combine(old.Folder, "models"), "digit-score.safetensors", SearchOption.AllDirectories)) File.Delete(score);
        foreach (var path in Directory.GetFiles(Path.Combine(old.Folder, "models"), "card.json", SearchOption.AllDirectories))
        {
            var card = JsonNode.Parse(await File.ReadAllTextAsync(path, Cancellation))!.AsObject();
            Assert.True(card.Remove("digitScore"));
            await File.WriteAllTextAsync(path, card.ToJsonString(), Cancellation);
        }
        var client = old.Start();
        foreach (var image in new[] { PlainImages.Draw("7"), PlainImages.Draw("#"), PlainImages.Draw("42") })
        {
            var prediction = (await (await client.PostAsync("/predict", TestHttp.Body(image), Cancellation)).JsonAsync()).AsObject();
            Assert.True(prediction.ContainsKey("digitProbability") && prediction.ContainsKey("isDigit"), prediction.ToJsonString());
            Assert.Equal((null, null), (prediction["digitProbability"], prediction["isDigit"]));
        }
        var reading = await (await client.PostAsync("/read", TestHttp.Body(PlainImages.Draw("47")), Cancellation)).JsonAsync();
        Assert.Equal("47", (string?)reading["text"]);
        Assert.All(reading["digits"]!.AsArray(), digit => Assert.True(digit!.AsObject().TryGetPropertyValue("digitProbability", out var score) && score is null, digit.ToJsonString()));
    }

    /// <summary>The queue holds fewer images than the page has marks, so they are classified in parts.</summary>
    [Fact]
    public async Task More_marks_than_the_queue_holds_are_read_in_parts()
    {
        using var small = new ServiceApplication(("MnistService:Inference:QueueCapacity", "4"));
        var response = await small.Start().PostAsync("/read", TestHttp.Body(PlainImages.Draw("4720", "5831")), Cancellation);
        Assert.Equal("4720\n5831", (string?)(await response.JsonAsync())["text"]);
        Assert.InRange(int.Parse(response.Headers.GetValues("X-Batch-Size").Single(), CultureInfo.InvariantCulture), 1, 4);
    }
}
