using System.Collections.Concurrent;
using MnistService.Model.Training.Steps;

namespace MnistService.Model.Tests.Training.Steps;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Each_member_does_its_part_once_and_on_the_same_thread_every_time(int count)
    {
        using var team = new ThreadTeam(count);
        var threads = new ConcurrentDictionary<int, ConcurrentBag<int>>();
        for (var round = 0; round < 200; round++) team.Run(i => threads.GetOrAdd(i, _ => []).Add(Environment.CurrentManagedThreadId));
        Assert.Equal(Enumerable.Range(0, count), threads.Keys.Order());
        Assert.All(threads.Values, ids => Assert.Equal((200, 1), (ids.Count, ids.Distinct().Count())));
        Assert.Equal(Environment.CurrentManagedThreadId, threads[0].First());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void What_one_throws_reaches_the_caller_and_the_team_lives_on(int who)
    {
        using var team = new ThreadTeam(3);
        Assert.Throws<InvalidOperationException>(() => team.Run(i =>
        {
            if (i == who) throw new InvalidOperationException();
        }));
        var done = 0;
        team.Run(_ => Interlocked.Increment(ref done));
        Assert.Equal(3, done);
    }
}
