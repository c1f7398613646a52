using Microsoft.AspNetCore.Http;
using MnistService.Hosting;

namespace MnistService.Tests.Hosting;

public sealed class UploadSlotsTests
{
    [Fact]
    public void As_many_as_may_are_taken_the_next_is_told_to_come_back_and_an_ended_one_makes_room()
    {
        using var slots = new UploadSlots(2, "busy", "things are being taken");
        var first = slots.Take(new DefaultHttpContext());
        using var second = slots.Take(new DefaultHttpContext());
        var refusal = Assert.Throws<ProblemException>(() => slots.Take(new DefaultHttpContext()));
        Assert.Equal((429, "busy"), (refusal.Status, refusal.Code));
        Assert.NotNull(refusal.RetryAfter);
        first.Dispose();
        using var third = slots.Take(new DefaultHttpContext());
    }
}
