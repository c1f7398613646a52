using System.Text;
using System.Text.Json;
using MnistService.Predict;

namespace MnistService.Tests.Predict;

/// <summary>A JSON serializer can read the response that a hand-written writer produces.</summary>
public sealed class PredictionResultTests
{
    [Fact]
    public void It_reads_back_within_the_precision_of_its_type()
    {
        var random = new Random(1);
        for (var i = 0; i < 1_000; i++)
        {
            var probabilities = Enumerable.Range(0, 10).Select(_ => MathF.Pow(random.NextSingle(), random.Next(1, 30))).ToArray();
            if (i % 10 == 0) (probabilities[0], probabilities[1], probabilities[2], probabilities[3]) = (0, 1, 1 - 1e-7f, 1e-30f);
            var prediction = new Prediction(random.Next(10), probabilities[i % 10], i % 3 == 0 ? null : probabilities[2], i % 3 == 0 ? null : i % 3 == 1, probabilities, i, "cnn-02ngc96a00nra");
            var json = new byte[512];
            var read = JsonSerializer.Deserialize<Prediction>(json.AsSpan(0, PredictionResult.Write(prediction, json)), JsonSerializerOptions.Web)!;
            Assert.Equal((prediction.Digit, prediction.Model, prediction.IsDigit, i), (read.Digit, read.Model, read.IsDigit, read.Ignored));
            Assert.Equal(prediction.DigitProbability ?? -1, read.DigitProbability ?? -1, 6e-8f);
            Assert.Equal(prediction.Confidence, read.Confidence, 6e-8f);
            for (var digit = 0; digit < 10; digit++) Assert.Equal(probabilities[digit], read.Probabilities[digit], 6e-8f);
        }
    }

    [Fact]
    public void Zeros_at_the_end_are_left_out()
    {
        var json = new byte[512];
        var length = PredictionResult.Write(new(3, 0.5f, 0.75f, true, [0, 1, 0.5f, 0.25f, 1e-9f, 1e-10f, 0, 0, 0, 0], 12, "m"), json);
        Assert.Equal("""{"digit":3,"confidence":0.5,"digitProbability":0.75,"isDigit":true,"probabilities":[0,1,0.5,0.25,0.000000001,0,0,0,0,0],"ignored":12,"model":"m"}""", Encoding.ASCII.GetString(json, 0, length));
    }

    [Fact]
    public void Several_answers_say_numbers_as_a_single_one_does()
    {
        var several = new PredictionList("m", [new("a.png", 3, 0.5f, 0.25f, false, [0, 1, 9.417144E-05f]), new("b.png", Error: new(400, "c", "t", "d"))]);
        Assert.Equal(
            """{"model":"m","predictions":[{"name":"a.png","digit":3,"confidence":0.5,"digitProbability":0.25,"isDigit":false,"probabilities":[0,1,0.000094171]},{"name":"b.png","error":{"status":400,"code":"c","title":"t","detail":"d"}}]}""",
            JsonSerializer.Serialize(several, PredictJson.Default.PredictionList));
    }
}
