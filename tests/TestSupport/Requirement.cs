namespace MnistService.TestSupport;

/// <summary>
/// Something that a test needs and that every machine can have, such as a browser. If it is absent, the test is skipped; with the environment variable
/// <c>CI=true</c> the test fails, so that CI cannot skip it silently.
/// </summary>
internal static class Requirement
{
    private static readonly bool MustBeMet = string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Skips or fails the calling test if the requirement is not met.</summary>
    /// <param name="isMet">Whether the test can run.</param>
    /// <param name="reason">What is absent and how to install it.</param>
    internal static void Check(bool isMet, string reason)
    {
        if (MustBeMet) Assert.True(isMet, reason);
        else Assert.SkipUnless(isMet, reason);
    }
}
