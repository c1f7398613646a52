using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class ConnectedComponentsTests
{
    [Theory]
    [InlineData(1, "11..", "..1.", "...1")] // pixels that touch at a corner are one component
    [InlineData(1, "...1", "..1.", "11..")]
    [InlineData(2, "11.1", "11.1", "11.1")] // a column of paper separates
    [InlineData(2, "1111", "....", "1111")]
    [InlineData(2, "...1", "1...", "1...")] // the end of a row does not touch the beginning of the next
    [InlineData(3, "1.1.", "....", "..1.")]
    [InlineData(0, "....", "....", "....")]
    public void Pixels_belong_together_if_they_touch_at_a_side_or_corner(int components, params string[] rows) =>
        Assert.Equal(components, ConnectedComponents.Find(TestPlanes.Parse(1, rows), 0.5).Parts.Count);

    [Fact]
    public void A_ring_and_the_dot_inside_are_two_with_the_labels_of_their_pixels()
    {
        var found = ConnectedComponents.Find(TestPlanes.Parse(10,
            ".......",
            ".99999.",
            ".9...9.",
            ".9.5.9.",
            ".9...9.",
            ".99999."), 10);
        Assert.Equal(TestPlanes.Parse(1,
            ".......",
            ".11111.",
            ".1...1.",
            ".1.2.1.",
            ".1...1.",
            ".11111.").Values, found.Labels.Select(label => (float)label));
        Assert.Equal([new Box(1, 1, 6, 6), new Box(3, 3, 4, 4)], found.Parts.Select(part => part.Bounds));
        Assert.Equal([1, 2], found.Parts.Select(part => part.Label));
    }

    [Fact]
    public void Its_sums_count_each_pixel_once()
    {
        var part = Assert.Single(ConnectedComponents.Find(TestPlanes.Parse(1, "23..", "..4."), 1).Parts);
        Assert.Equal((3, 9.0, 29.0, 99.0, 353.0), (part.Pixels, part.Sum, part.Squares, part.Cubes, part.Fourths));
    }

    [Fact]
    public void Only_values_above_the_threshold_are_ink() =>
        Assert.Equal([0, 0, 1, 0], ConnectedComponents.Find(TestPlanes.Parse(1, "123."), 2).Labels);

    [Fact]
    public void Strong_strokes_determine_the_strength_and_faint_edges_hardly_change_it()
    {
        var uniform = ConnectedComponents.Find(TestPlanes.Create(10, 1, (_, _) => 200), 8).Parts[0];
        var withShadow = ConnectedComponents.Find(TestPlanes.Create(10, 3, (_, y) => y == 0 ? 200 : 20), 8).Parts[0];
        Assert.Equal(200, uniform.Strength, 1e-9);
        Assert.InRange(withShadow.Strength, 199, 200);
    }

    [Fact]
    public void A_component_of_any_length_is_one()
    {
        // A serpentine line through the whole plane: 500 rows, joined at alternating ends.
        var line = TestPlanes.Create(500, 999, (x, y) => y % 2 == 0 || x == (y % 4 == 1 ? 499 : 0) ? 1 : 0);
        Assert.Equal(500 * 500 + 499, Assert.Single(ConnectedComponents.Find(line, 0.5).Parts).Pixels);
    }
}
