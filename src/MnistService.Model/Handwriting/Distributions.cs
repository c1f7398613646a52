namespace MnistService.Model.Handwriting;

/// <summary>
/// Extension methods of <see cref="Random"/>: normally distributed numbers, uniform numbers in a range, events with a given probability, and random list items.
/// </summary>
internal static class Distributions
{
    /// <summary>Returns a normally distributed number with mean 0 and standard deviation 1 (Box–Muller).</summary>
    public static float Normal(this Random random) => MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle())) * MathF.Cos(MathF.Tau * random.NextSingle());

    /// <summary>Returns a number that is uniformly distributed between <paramref name="low"/> and <paramref name="high"/>.</summary>
    public static float Between(this Random random, float low, float high) => low + (high - low) * random.NextSingle();

    /// <inheritdoc cref="Between(Random, float, float)"/>
    public static double Between(this Random random, double low, double high) => low + (high - low) * random.NextDouble();

    /// <summary>Returns <c>true</c> with the given probability, from 0 to 1.</summary>
    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;

    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
