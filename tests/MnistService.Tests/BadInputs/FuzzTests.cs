using System.Diagnostics;
using MnistService.Fuzz;
using MnistService.TestSupport;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// Every input is accepted or rejected as documented, and parsing allocates memory in proportion to the input. Each target gets a few seconds of random
/// mutations with a fixed seed. <c>tests/MnistService.Fuzz/fuzz</c> runs for hours with coverage guidance.
/// </summary>
public sealed class FuzzTests
{
    /// <summary>An input that takes longer counts as a hang, even on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2.5);

    public static TheoryData<string> Targets() => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Seeds_and_all_that_was_ever_found_are_read_or_refused_as_documented(string name)
    {
        var target = FuzzTargets.Find(name);
        Assert.NotEmpty(target.Seeds);
        foreach (var seed in target.Seeds) await ReadAsync(target, seed, "a seed");
        foreach (var (find, input) in FuzzTargets.FindsOf(target)) await ReadAsync(target, input, find);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Changed_inputs_are_read_or_refused_as_documented(string name)
    {
        var target = FuzzTargets.Find(name);
        var mutations = new FuzzMutations(target, TestSeed.Value(20261125));
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(started) < Length; i++) await ReadAsync(target, mutations.Next(), $"change {i}");
    }

    private static async Task ReadAsync(IFuzzTarget target, byte[] input, string what)
    {
        try
        {
            await Task.Run(() => target.Read(input), TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Assert.Fail($"{target.Name}, {what}: {e}\n{Convert.ToBase64String(input)}");
        }
    }
}
