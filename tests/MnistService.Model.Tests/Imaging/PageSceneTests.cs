using MnistService.Drawings.Pages;
using MnistService.TestSupport;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging;

/// <summary>Tests the page scenes themselves, not how they are read: <c>-- scenes</c> of the benchmarks reports that.</summary>
public sealed class PageSceneTests
{
    private const int Seeds = 10, Small = 64, Usual = 160, Large = 640;

    [Fact]
    public void Kinds_have_different_names()
    {
        Assert.Equal(PageKinds.All.Count, PageKinds.All.Select(kind => kind.Name).Distinct().Count());
    }

    [Fact]
    public void Same_kind_and_seed_draw_the_same_image()
    {
        var seed = TestSeed.Value(usual: 1);
        ForEachKind(kind =>
        {
            var (first, second) = (PageScene.Draw(kind, seed, Usual), PageScene.Draw(kind, seed, Usual));
            Assert.True(first.Bytes.AsSpan().SequenceEqual(second.Bytes), $"{first}");
            Assert.Equal(first.Truth.Text, second.Truth.Text);
            Assert.Equal(first.Truth.Boxes, second.Truth.Boxes);
        });
    }

    [Fact]
    public void Different_seeds_draw_different_images()
    {
        var seed = TestSeed.Value(usual: 2);
        ForEachKind(kind => Assert.False(PageScene.Draw(kind, seed, Usual).Bytes.AsSpan().SequenceEqual(PageScene.Draw(kind, seed + 1, Usual).Bytes), kind.Name));
    }

    [Fact]
    public void Small_images_of_every_kind_have_boxes_inside_the_image()
    {
        var seed = TestSeed.Value(usual: 3);
        ForEachKind(kind =>
        {
            for (var i = 0; i < Seeds; i++) Check(kind, PageScene.Draw(kind, seed + i, i % 2 == 0 ? Small : Usual));
        });
    }

    [Fact]
    public void A_large_image_of_every_kind_has_boxes_inside_the_image()
    {
        var seed = TestSeed.Value(usual: 4);
        ForEachKind(kind => Check(kind, PageScene.Draw(kind, seed, Large)));
    }

    private static void ForEachKind(Action<PageKind> check) => Parallel.ForEach(PageKinds.All, check);

    private static void Check(PageKind kind, PageScene scene)
    {
        using var codec = SKCodec.Create(new SKMemoryStream(scene.Bytes));
        Assert.True(codec is not null, $"{scene} cannot be decoded.");
        var image = new SKRectI(0, 0, codec.Info.Width, codec.Info.Height);
        Assert.All(scene.Truth.Boxes, box => Assert.True(box is { Width: > 0, Height: > 5 } && image.Contains(box), $"{scene}: {box} in {image}"));
        var expected = kind.Content switch
        {
            PageContent.Digit => scene.Truth is { Text: [>= '0' and <= '9'], Boxes.Count: 1 },
            PageContent.Number => scene.Truth.Boxes.Count >= 2 && scene.Truth.Text.Count(char.IsAsciiDigit) == scene.Truth.Boxes.Count,
            _ => scene.Truth is { Text: PageTruth.None, Boxes.Count: 0 },
        };
        Assert.True(expected, $"{scene}: {scene.Truth.Boxes.Count} boxes.");
    }
}
