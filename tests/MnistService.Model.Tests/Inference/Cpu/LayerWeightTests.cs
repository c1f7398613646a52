using MnistService.Model.Inference.Cpu;
using MnistService.Model.Simd;

namespace MnistService.Model.Tests.Inference.Cpu;

/// <summary>The formats in which the CPU forward pass stores weights.</summary>
public sealed unsafe class LayerWeightTests
{
    [Fact]
    public void A_pair_of_floats_is_loaded_as_it_was_stored() => AssertLoaded<FloatWeight>(limit: 0);

    [Fact]
    public void Each_weight_of_a_pair_in_one_float_differs_by_at_most_a_256th() => AssertLoaded<HalvedFloatWeight>(limit: 1.0 / 256);

    [Fact]
    public void The_largest_weights_do_not_become_infinite()
    {
        AssertPair<FloatVector512, HalvedFloatWeight>([.. Enumerable.Repeat((double)float.MaxValue, 16), .. Enumerable.Repeat((double)float.MinValue, 16)], 1.0 / 256);
        AssertPair<FloatVector512, HalvedFloatWeight>([.. Enumerable.Repeat((double)float.MinValue, 16), .. Enumerable.Repeat((double)float.MaxValue, 16)], 1.0 / 256);
    }

    private static void AssertLoaded<TWeight>(double limit) where TWeight : unmanaged, ILayerWeight<TWeight>
    {
        AssertPairs<FloatVector128, TWeight>(limit);
        AssertPairs<FloatVector256, TWeight>(limit);
        AssertPairs<FloatVector512, TWeight>(limit);
    }

    private static void AssertPairs<TVector, TWeight>(double limit) where TVector : struct, IFloatVector<TVector> where TWeight : unmanaged, ILayerWeight<TWeight>
    {
        var random = new Random(1);
        for (var pair = 0; pair < 1_000; pair++)
            AssertPair<TVector, TWeight>([.. Enumerable.Range(0, 2 * TVector.Count).Select(_ => (double)(float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-20, 5))))], limit);
    }

    /// <param name="limit">Maximum difference between a stored weight and the loaded one, divided by the weight.</param>
    private static void AssertPair<TVector, TWeight>(double[] weights, double limit) where TVector : struct, IFloatVector<TVector> where TWeight : unmanaged, ILayerWeight<TWeight>
    {
        var (pair, loaded) = (new TWeight[weights.Length], new float[weights.Length]);
        TWeight.StorePair(weights, pair);
        fixed (TWeight* stored = pair)
        fixed (float* target = loaded)
        {
            TWeight.LoadPair(stored, out TVector first, out TVector second);
            first.Store(target);
            second.Store(target + TVector.Count);
        }
        for (var i = 0; i < weights.Length; i++) Assert.True(Math.Abs(loaded[i] - weights[i]) <= limit * Math.Abs(weights[i]), $"Weight {i}: {weights[i]:r} was loaded as {loaded[i]:r}.");
    }
}
