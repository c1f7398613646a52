using MnistService.Model.Datasets;
using MnistService.Model.Registry;
using MnistService.Model.Registry.Onnx;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Registry.Onnx;

/// <summary>The shipped models in ONNX Runtime give the results that their model cards contain.</summary>
public sealed class ShippedModelTests
{
    private const int Batch = 500;

    private static readonly ModelStore Store = new(Path.Combine(MnistLocation.Root, "models"));

    public static TheoryData<string> Ids => [.. Store.List().Select(card => card.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_golden_pictures_have_the_recorded_probabilities(string id)
    {
        using var session = Open(id);
        var (_, probabilities) = session.Run(GoldenInputs.Pixels);
        var recorded = Store.Find(id)!.GoldenOutputs.SelectMany(row => row).ToArray();
        Assert.Equal(recorded.Length, probabilities.Length);
        for (var i = 0; i < recorded.Length; i++) Assert.Equal(recorded[i], probabilities[i], 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void All_10000_test_images_are_read_as_the_evaluation_says(string id)
    {
        var test = MnistDataset.Load(MnistLocation.Require()).Test;
        using var session = Open(id);
        var digits = test.Pixels.Chunk(Batch * 784).SelectMany(pixels => session.Run(pixels).Probabilities.Chunk(10)).Select(row => Array.IndexOf(row, row.Max()));
        Assert.Equal(Store.FindEvaluation(id)!.Predictions, string.Concat(digits));
    }

    private static OnnxRuntimeSession Open(string id)
    {
        var card = Store.Find(id)!;
        return new(OnnxFile.Write(card, Store.ReadWeights(card)));
    }
}
