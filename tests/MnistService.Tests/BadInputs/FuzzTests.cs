using System.Diagnostics;
using MnistService.Fuzz;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// Whatever strangers send, it is read or refused as documented, in proportion and in one way: a few seconds of chance, always the same.
/// <c>tests/MnistService.Fuzz/fuzz</c> looks for hours and is led by what it reaches.
/// </summary>
public sealed class FuzzTests
{
    private const int Seed = 20261125;

    /// <summary>A hang, on however busy a machine.</summary>
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
        var mutations = new FuzzMutations(target, Seed);
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
