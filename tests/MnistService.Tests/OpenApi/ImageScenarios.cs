using System.Text;
using MnistService.Drawings;

namespace MnistService.Tests.OpenApi;

/// <summary>Errors of <c>POST /predict</c>, except those of a busy service.</summary>
internal static class ImageScenarios
{
    /// <summary>Image of a drawn 3.</summary>
    internal static readonly byte[] Good = new Scene("plain", 120, 120, 90, 9).Draw(3, new Random(1));

    /// <summary>Length of a PNG's last chunk in bytes.</summary>
    private const int EndChunk = 12;

    internal static readonly Dictionary<string, Scenario> All = new()
    {
        ["PredictProblems.Empty"] = Predict([]),
        ["PredictProblems.Unreadable"] = Predict(Good[..^EndChunk]),
        ["PredictProblems.FormWithoutFile"] = s => s.Plain.PostAsync("/predict", new MultipartFormDataContent { { new StringContent("x"), "text" } }),
        ["PredictProblems.TooLarge"] = Predict(new PngWriter().Header(20_000, 20_000, 8, PngWriter.Grey).Data(new byte[10]).End().ToArray()),
        ["PredictProblems.FormTooLarge"] = s => s.Plain.SendAsync("POST /predict HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000000\r\n\r\n"),
        ["PredictProblems.TooManyFiles"] = Predict(files: 4),
        ["PredictProblems.MoreFilesThanQueue"] = Predict(files: 3),
        ["PredictProblems.UnsupportedType"] = Predict(Encoding.ASCII.GetBytes("%PDF-1.7\n")),
        ["PredictProblems.NoInk"] = Predict(Blank(100, 100)),
        ["PredictProblems.BadProportions"] = Predict(Blank(4000, 10)),
        ["PredictProblems.SeveralDigits"] = Predict(PlainImages.Draw("42")),
    };

    /// <summary>A white image.</summary>
    internal static byte[] Blank(uint width, uint height)
    {
        var white = Enumerable.Repeat((byte)255, (int)(width * height)).ToArray();
        return new PngWriter().Header(width, height, 8, PngWriter.Grey).Data(PngWriter.Rows(white, (int)width)).End().ToArray();
    }

    private static Scenario Predict(byte[] image) => s => s.Plain.PostAsync("/predict", image);

    private static Scenario Predict(int files) => s => s.Plain.PostAsync("/predict", TestHttp.Form([.. Enumerable.Range(0, files).Select(i => ($"{i}.png", Good))]));
}
