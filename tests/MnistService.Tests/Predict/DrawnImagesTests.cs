using MnistService.Drawings;

namespace MnistService.Tests.Predict;

/// <summary>One image per kind of scene, over HTTP. The tests of the model library cover all digits in all scenes.</summary>
public sealed class DrawnImagesTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    public static TheoryData<string, int> Kinds()
    {
        var kinds = new TheoryData<string, int>();
        foreach (var (index, scene) in Scenes.All.Index()) kinds.Add(scene.Name, index % 10);
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Is_read_right(string scene, int digit)
    {
        using var client = application.Start();
        var picture = Scenes.All.Single(s => s.Name == scene).Draw(digit, new Random(digit));
        var answer = await (await client.PostAsync("/predict", TestHttp.Body(picture), TestHttp.Cancellation)).JsonAsync();
        Assert.Equal(digit, (int)answer["digit"]!);
    }
}
