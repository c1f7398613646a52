using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class PixelRunsTests
{
    private const int Width = 4;

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 1)]
    public void Runs_that_touch_diagonally_are_connected_only_with_reach(int reach, int regions)
    {
        var runs = new PixelRuns(Width, reach);
        runs.Add(0, 0, 1);
        runs.Add(1, 1, 2);
        Assert.Equal(regions, runs.Label().Count);
    }

    [Fact]
    public void A_run_at_the_end_of_a_row_does_not_touch_the_start_of_the_next_row()
    {
        var runs = new PixelRuns(Width, reach: 1);
        runs.Add(0, 3, 4);
        runs.Add(1, 0, 1);
        Assert.Equal(2, runs.Label().Count);
    }

    [Fact]
    public void Rows_without_runs_divide_regions()
    {
        var runs = new PixelRuns(Width, reach: 1);
        runs.Add(0, 0, 4);
        runs.Add(2, 0, 4);
        Assert.Equal(2, runs.Label().Count);
    }

    [Fact]
    public void A_region_that_joins_late_has_the_number_of_its_first_pixel()
    {
        var runs = new PixelRuns(Width, reach: 0);
        runs.Add(0, 0, 1);
        runs.Add(0, 2, 3); // a U: both arms join in the row below
        runs.Add(1, 0, 3);
        runs.Add(3, 3, 4);
        var (labels, count) = runs.Label();
        Assert.Equal([0, 0, 0, 1], labels);
        Assert.Equal(2, count);
    }
}
