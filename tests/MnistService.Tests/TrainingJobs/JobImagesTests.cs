using MnistService.Datasets;
using MnistService.Model.Datasets;
using MnistService.Model.Training;
using MnistService.TrainingJobs;

namespace MnistService.Tests.TrainingJobs;

/// <summary>The division of a job's images into training images, held-out images, and those of the comparison with the served model.</summary>
public sealed class JobImagesTests
{
    [Fact]
    public void Each_data_set_holds_out_its_last_twelfth_and_uploaded_ones_are_compared_on()
    {
        var images = Split(("mnist", 120, 1), ("upload", 120, 0.5), ("strokes", 60, 0.25));
        Assert.Equal(110 + 110 + 55, images.Training.Images.Count);
        Assert.Equal(110, images.Training.EpochImages);
        Assert.Equal([10, 10, 5], images.HeldOut.Select(set => set.Count));
        Assert.Equal(25, images.Validation!.Count);
        Assert.Equal(Enumerable.Repeat((byte)1, 10), images.Own!.Images.Labels); // the label of a set is its position
        Assert.Equal(0, images.Own.Trained);
        Assert.Equal([("mnist", 110, 1), ("upload", 110, 0.5), ("strokes", 55, 0.25)], images.Parts!.Select(part => (part.Data, part.Images, part.Weight)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    public void A_few_corrected_digits_in_a_mixture_are_all_trained_on_and_compared_on(int digits)
    {
        var images = Split(("mnist", 120, 1), ("strokes", 60, 0.25), ("upload", digits, 0.02));
        Assert.Equal(110 + 55 + digits, images.Training.Images.Count);
        Assert.Equal([10, 5], images.HeldOut.Select(set => set.Count));
        Assert.Equal((digits, digits), (images.Own!.Images.Count, images.Own.Trained));
    }

    [Fact]
    public void A_small_first_part_holds_out_images_like_any_other() =>
        Assert.Equal([5, 5], Split(("upload", 60, 1), ("strokes", 60, 1)).HeldOut.Select(set => set.Count));

    [Fact]
    public void The_last_images_are_held_out()
    {
        var images = Split(("upload", 24, 1));
        Assert.Equal(Enumerable.Range(0, 22).Select(i => (byte)i), Enumerable.Range(0, 22).Select(i => images.Training.Images.Pixels[i * 784]));
        Assert.Equal<byte>([22, 23], [images.Own!.Images.Pixels[0], images.Own.Images.Pixels[784]]);
        Assert.Null(images.Parts);
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("strokes")]
    public void A_built_in_data_set_has_a_reference_set_instead_of_a_comparison_of_its_own(string id)
    {
        var images = Split((id, 120, 1));
        Assert.Equal(10, images.Validation!.Count);
        Assert.Null(images.Own);
    }

    [Fact]
    public void The_checksum_of_a_mixture_depends_on_its_data_sets_and_their_weights()
    {
        var checksum = Split(("mnist", 24, 1), ("strokes", 24, 0.5)).Sha256;
        Assert.Equal(checksum, Split(("mnist", 24, 1), ("strokes", 24, 0.5)).Sha256);
        Assert.NotEqual(checksum, Split(("mnist", 24, 1), ("strokes", 24, 0.25)).Sha256);
        Assert.NotEqual(checksum, Split(("mnist", 24, 1), ("upload", 24, 0.5)).Sha256);
        Assert.Equal("checksum of mnist", Split(("mnist", 24, 1)).Sha256);
    }

    private static JobImages Split(params (string Id, int Images, double Weight)[] sets) =>
        JobImages.Split(new([.. sets.Select((set, i) => new LoadedPart(new(set.Id, set.Weight), Images(set.Images, (byte)i), $"checksum of {set.Id}"))], Test: null), new Hyperparameters());

    private static LabeledImages Images(int count, byte label)
    {
        var pixels = new byte[count * 784];
        for (var i = 0; i < count; i++) pixels[i * 784] = (byte)i; // the first pixel numbers the images
        return new(pixels, [.. Enumerable.Repeat(label, count)]);
    }
}
