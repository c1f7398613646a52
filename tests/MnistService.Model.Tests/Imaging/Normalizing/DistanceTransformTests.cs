using MnistService.Model.Imaging.Normalizing;
using MnistService.TestSupport;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class DistanceTransformTests
{
    [Fact]
    public void In_a_filled_square_a_pixel_is_as_far_from_the_paper_as_from_the_nearest_side()
    {
        var distances = DistanceTransform.To(TestPlanes.Parse(1,
            ".......",
            ".11111.",
            ".11111.",
            ".11111.",
            ".11111.",
            ".11111.",
            "......."), value => value == 0);
        Assert.Equal(TestPlanes.Parse(1,
            ".......",
            ".11111.",
            ".12221.",
            ".12321.",
            ".12221.",
            ".11111.",
            ".......").Values, distances.Values);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 2)]
    [InlineData(8, 4)]
    public void From_a_single_pixel_it_measures_Euclidean_distances(int atX, int atY)
    {
        var distances = DistanceTransform.To(TestPlanes.Create(9, 5, (x, y) => x == atX && y == atY ? 1 : 0), value => value == 1);
        Assert.Equal(TestPlanes.Create(9, 5, (x, y) => MathF.Sqrt((x - atX) * (x - atX) + (y - atY) * (y - atY))).Values, distances.Values);
    }

    [Fact]
    public void In_random_planes_it_finds_the_nearest_pixel_that_a_search_of_all_pixels_finds()
    {
        foreach (var seed in TestSeed.Each(1, 200))
        {
            var random = new Random(seed);
            var (width, height, share) = (random.Next(1, 24), random.Next(1, 24), random.NextDouble() * 0.3);
            var plane = TestPlanes.Create(width, height, (_, _) => random.NextDouble() < share ? 1 : 0);
            plane[random.Next(width), random.Next(height)] = 1; // at least one
            (int X, int Y)[] set = [.. Enumerable.Range(0, width * height).Where(i => plane.Values[i] == 1).Select(i => (i % width, i / width))];
            var nearest = TestPlanes.Create(width, height, (x, y) => MathF.Sqrt(set.Min(p => (p.X - x) * (p.X - x) + (p.Y - y) * (p.Y - y))));
            Assert.Equal(nearest.Values, DistanceTransform.To(plane, value => value == 1).Values);
        }
    }

    [Fact]
    public void To_an_empty_set_every_pixel_is_about_a_million_pixels_away() =>
        Assert.All(DistanceTransform.To(new Plane(5, 4), value => value > 0).Values, distance => Assert.InRange(distance, 999_999, 1_000_001));
}
