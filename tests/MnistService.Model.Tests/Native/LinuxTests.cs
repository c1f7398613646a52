using MnistService.Model.Native;
using MnistService.Model.Training.Steps;

namespace MnistService.Model.Tests.Native;

public sealed class LinuxTests
{
    [Fact]
    public void A_thread_that_yields_to_others_makes_a_team_that_does_and_leaves_the_others_alone()
    {
        var yield = new bool[3];
        var thread = new Thread(() =>
        {
            Linux.YieldToOthers();
            using var team = new ThreadTeam(3);
            team.Run(i => yield[i] = Linux.Yields);
        });
        thread.Start();
        thread.Join();
        Assert.Equal([true, true, true], yield);
        Assert.False(Linux.Yields);
        using var usual = new ThreadTeam(2);
        usual.Run(i => yield[i] = Linux.Yields);
        Assert.Equal([false, false], yield[..2]);
    }
}
