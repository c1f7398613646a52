using System.Globalization;

namespace MnistService.TestSupport;

/// <summary>
/// Seeds of random tests: fixed, or new in each run. The test's output, which is part of a failure report, contains the seed, so that the failure can be
/// repeated. The environment variable TEST_SEED replaces all seeds.
/// </summary>
internal static class TestSeed
{
    private const string Setting = "TEST_SEED";

    /// <summary>Returns the seed: TEST_SEED, or <paramref name="usual"/> if it is not set.</summary>
    internal static int Value(int usual)
    {
        var seed = First(usual);
        Write($"{Setting}={seed}");
        return seed;
    }

    /// <summary>
    /// Returns the seed of a test that must vary from run to run, such as the moment of a kill: TEST_SEED, or a new seed if it is not set.
    /// </summary>
    internal static int Fresh() => Value(Random.Shared.Next());

    /// <summary>
    /// Returns <paramref name="count"/> consecutive seeds, from TEST_SEED or from <paramref name="usual"/>. If the loop over them fails, the output contains the
    /// seed that failed. With this value in TEST_SEED, the next run fails on the first seed.
    /// </summary>
    internal static IEnumerable<int> Each(int usual, int count)
    {
        var (first, completed) = (First(usual), 0);
        try
        {
            for (; completed < count; completed++) yield return first + completed;
        }
        finally
        {
            if (completed < count) Write($"Failed with seed {first + completed}. To repeat: {Setting}={first + completed}");
        }
    }

    private static int First(int usual) => Environment.GetEnvironmentVariable(Setting) is { Length: > 0 } set ? int.Parse(set, CultureInfo.InvariantCulture) : usual;

    private static void Write(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
