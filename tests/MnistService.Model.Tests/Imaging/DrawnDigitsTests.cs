using System.Globalization;
using MnistService.Drawings;
using MnistService.Model.Imaging;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Registry;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Imaging;

/// <summary>
/// Tests image normalization together with the shipped network on images as people make them. To inspect all of them next to the network input, set
/// DRAWN_DIGITS_SHEETS to a folder. By default a quarter of the digits is tested; for all, set DRAWN_DIGITS_HANDS to the number of handwritings (1: about 45 s).
/// </summary>
public sealed class DrawnDigitsTests(ITestOutputHelper output)
{
    private static int Hands => int.Parse(Environment.GetEnvironmentVariable("DRAWN_DIGITS_HANDS") ?? "0", CultureInfo.InvariantCulture);

    private static string? SheetsFolder => Environment.GetEnvironmentVariable("DRAWN_DIGITS_SHEETS");

    [Fact]
    public void Drawn_digits_are_read_with_at_least_99_5_percent()
    {
        TorchRuntime.Load();
        var store = new ModelStore(Path.Combine(MnistLocation.Root, "models"));
        using var classifier = store.Load(store.CurrentId!, DeviceChoice.Resolve("cpu"), 1)[0];
        var (all, wrong) = (0, new List<string>());
        var misread = new ContactSheet(6);
        foreach (var scene in DrawnDigits.All(Math.Max(1, Hands), oneIn: Hands > 0 ? 1 : 4).GroupBy(drawn => drawn.Scene))
        {
            var sheet = new ContactSheet(6);
            foreach (var drawn in scene)
            {
                all++;
                var (digit, reading, frame) = Read(classifier, drawn);
                sheet.Add(drawn.Bytes, frame, digit == drawn.Label);
                if (digit == drawn.Label) continue;
                misread.Add(drawn.Bytes, frame, false);
                wrong.Add($"{drawn}: {reading}");
            }
            if (SheetsFolder is not null) sheet.Save(Path.Combine(SheetsFolder, $"{scene.Key.Replace(' ', '-').Replace(",", "").Replace(":", "")}.png"));
        }
        if (SheetsFolder is not null) misread.Save(Path.Combine(SheetsFolder, "misread.png"));
        output.WriteLine($"{all - wrong.Count} of {all} right ({(all - wrong.Count) / (double)all:P2}). Misread:");
        foreach (var line in wrong) output.WriteLine(line);
        Assert.True(wrong.Count <= 0.005 * all, string.Join('\n', wrong.Prepend($"{wrong.Count} of {all} misread:")));
    }

    private static (int? Digit, string Reading, byte[] Frame) Read(IDigitClassifier classifier, DrawnDigit drawn)
    {
        try
        {
            var frame = ImageReader.Read(drawn.Bytes, ImageOptions.Default).Pixels.ToArray();
            var probabilities = new float[10];
            classifier.Classify(frame, probabilities);
            var digit = Array.IndexOf(probabilities, probabilities.Max());
            return (digit, $"{digit} ({probabilities[digit]:P0})", frame);
        }
        catch (ImageException refused)
        {
            return (null, refused.Message, []);
        }
    }
}
