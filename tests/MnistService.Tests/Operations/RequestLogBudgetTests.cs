using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MnistService.Operations;

namespace MnistService.Tests.Operations;

/// <summary>A flood of requests writes a bounded number of log lines per second.</summary>
public sealed class RequestLogBudgetTests
{
    [Fact]
    public void A_second_has_a_bounded_number_of_lines_and_the_next_one_as_many_again()
    {
        var time = new FakeTimeProvider();
        var budget = new RequestLogBudget(time, NullLogger<RequestLogBudget>.Instance);
        for (var second = 0; second < 3; second++)
        {
            Assert.Equal(RequestLogBudget.PerSecond, Enumerable.Range(0, 1_000).Count(_ => budget.TryTake()));
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
