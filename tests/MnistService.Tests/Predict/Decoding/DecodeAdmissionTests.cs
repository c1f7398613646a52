using MnistService.Predict.Decoding;

namespace MnistService.Tests.Predict.Decoding;

public sealed class DecodeAdmissionTests
{
    private const long Pixel = 1, Page = 100_000, Photo = 16_000_000;
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Small_pictures_are_taken_up_to_a_number_a_worker()
    {
        var backlog = new DecodeAdmission(workers: 3, MaxWait);
        Assert.Equal(3 * DecodeAdmission.MostAWorker, Fill(backlog, Pixel));
        Assert.True(backlog.IsFull);
    }

    [Fact]
    public void Larger_ones_are_taken_up_to_the_time_that_they_will_take()
    {
        var backlog = new DecodeAdmission(workers: 2, MaxWait);
        Learn(backlog, TimeSpan.FromMilliseconds(10));
        Assert.InRange(Fill(backlog, Page), 18, 22); // each of the two workers decodes ten images in 100 ms
        Assert.InRange(backlog.Wait, 0.9 * MaxWait, 1.1 * MaxWait);
    }

    [Fact]
    public void Each_worker_may_have_one_and_the_next_whatever_they_cost()
    {
        var backlog = new DecodeAdmission(workers: 2, MaxWait);
        Learn(backlog, TimeSpan.FromMilliseconds(10));
        Assert.Equal(4, Fill(backlog, Photo));
    }

    [Fact]
    public void Optional_work_has_time_only_if_the_workers_are_not_busy()
    {
        var backlog = new DecodeAdmission(workers: 2, MaxWait);
        Learn(backlog, TimeSpan.FromMilliseconds(10)); // per page
        Assert.True(backlog.HasTime);
        for (var i = 0; i < 28; i++) backlog.TryAdd(Pixel, always: false);
        Assert.True(backlog.HasTime); // half of the maximum number
        backlog.TryAdd(Pixel, always: false);
        Assert.False(backlog.HasTime);
        for (var i = 0; i < 29; i++) backlog.Remove(Pixel, null);
        backlog.TryAdd(9 * Page, always: false);
        Assert.True(backlog.HasTime);
        backlog.TryAdd(2 * Page, always: false);
        Assert.False(backlog.HasTime); // more than half of the maximum wait
    }

    [Fact]
    public void What_belongs_to_an_accepted_request_is_not_refused()
    {
        var backlog = new DecodeAdmission(workers: 1, TimeSpan.Zero);
        Fill(backlog, Page);
        Assert.False(backlog.TryAdd(Page, always: false));
        Assert.True(backlog.TryAdd(Page, always: true));
    }

    [Fact]
    public void Once_all_are_decoded_it_is_empty()
    {
        var backlog = new DecodeAdmission(workers: 2, MaxWait);
        for (var taken = Fill(backlog, Page); taken > 0; taken--) backlog.Remove(Page, taken % 2 == 0 ? null : TimeSpan.FromMilliseconds(5));
        Assert.Equal((0, TimeSpan.Zero, false), (backlog.Pictures, backlog.Wait, backlog.IsFull));
    }

    /// <summary>Trains the estimate of the decode time with 200 images of the size of a page.</summary>
    private static void Learn(DecodeAdmission backlog, TimeSpan page)
    {
        for (var i = 0; i < 200; i++)
        {
            backlog.TryAdd(Page, always: true);
            backlog.Remove(Page, page);
        }
    }

    private static int Fill(DecodeAdmission backlog, long cost)
    {
        var taken = 0;
        while (taken < 10_000 && backlog.TryAdd(cost, always: false)) taken++;
        return taken;
    }
}
