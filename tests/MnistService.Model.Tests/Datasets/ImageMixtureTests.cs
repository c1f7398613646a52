using MnistService.Model.Datasets;

namespace MnistService.Model.Tests.Datasets;

public sealed class ImageMixtureTests
{
    private readonly RandomStreams _random = new(5);

    [Fact]
    public void One_data_set_is_used_completely_in_each_epoch_in_another_order()
    {
        var mixture = new ImageMixture(Images(50));
        var (first, second) = (Epoch(mixture, 1), Epoch(mixture, 2));
        Assert.Equal(Enumerable.Range(0, 50), first.Order());
        Assert.Equal(Enumerable.Range(0, 50), second.Order());
        Assert.NotEqual(first, second);
        Assert.Equal(first, Epoch(mixture, 1));
    }

    [Fact]
    public void Each_part_contributes_in_proportion_to_its_weight()
    {
        // Per image of the first part, half an image of the second part and a tenth of an image of the third part are expected.
        var mixture = Mix((1_000, 1), (400, 0.5), (7, 0.1));
        Assert.Equal(1_000, mixture.EpochImages);
        Assert.Equal(1_407, mixture.Images.Count);
        var counts = new int[mixture.Images.Count];
        for (var epoch = 1; epoch <= 16; epoch++)
        {
            var order = Epoch(mixture, epoch);
            foreach (var image in order) counts[image]++;
            Assert.InRange(order.Count(image => image < 1_000), 624, 627); // 1 / 1.6
            Assert.InRange(order.Count(image => image is >= 1_000 and < 1_400), 312, 313);
            Assert.NotEqual(order.Order(), order); // the parts are mixed
        }
        // 10,000 images of the first part, 5,000 of the second and 1,000 of the third. Within a part, the numbers of uses differ by at most 1.
        Assert.All(counts[..1_000], uses => Assert.InRange(uses, 9, 11));
        Assert.All(counts[1_000..1_400], uses => Assert.InRange(uses, 12, 13));
        Assert.All(counts[1_400..], uses => Assert.InRange(uses, 142, 143));
    }

    [Fact]
    public void An_epoch_depends_on_the_seed_and_its_number_only()
    {
        var mixture = Mix((100, 1), (30, 3));
        var third = Epoch(mixture, 3);
        Epoch(mixture, 1);
        Assert.Equal(third, Epoch(mixture, 3));
        var other = new int[100];
        mixture.FillOrder(3, new RandomStreams(6), other);
        Assert.NotEqual(third, other);
    }

    [Theory]
    [InlineData(1, 1, 1e9)]
    [InlineData(3, 1_000, 1e-9)]
    [InlineData(20, 2, 100)]
    public void Extreme_sizes_and_weights_fill_the_epoch(int first, int other, double weight)
    {
        var mixture = Mix((first, 1), (other, weight), (other, weight), (other, weight));
        for (var epoch = 1; epoch <= 300; epoch++) Assert.All(Epoch(mixture, epoch), image => Assert.InRange(image, 0, mixture.Images.Count - 1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 0)]
    [InlineData(5, double.NaN)]
    [InlineData(5, double.PositiveInfinity)]
    public void An_empty_part_or_a_wrong_weight_is_an_error(int images, double weight) =>
        Assert.Throws<ArgumentException>(() => Mix((3, 1), (images, weight)));

    [Fact]
    public void Parts_with_another_number_of_images_are_an_error() =>
        Assert.Throws<ArgumentException>(() => new ImageMixture(Images(5), [new(3, 1), new(3, 1)]));

    private static ImageMixture Mix(params (int Images, double Weight)[] parts) =>
        new(Images(parts.Sum(part => part.Images)), [.. parts.Select(part => new MixturePart(part.Images, part.Weight))]);

    private static LabeledImages Images(int count) => new(new byte[count * 784], new byte[count]);

    /// <summary>Returns the chosen images of an epoch. A value of -1 would show a place that was not filled.</summary>
    private int[] Epoch(ImageMixture mixture, int epoch)
    {
        var order = Enumerable.Repeat(-1, mixture.EpochImages).ToArray();
        mixture.FillOrder(epoch, _random, order);
        return order;
    }
}
