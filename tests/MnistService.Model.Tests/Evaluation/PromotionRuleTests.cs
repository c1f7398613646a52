using MnistService.Model.Evaluation;

namespace MnistService.Model.Tests.Evaluation;

/// <summary>Tests of the promotion rule with given predictions, without a model.</summary>
public sealed class PromotionRuleTests
{
    private const int Images = 5_000, ShippedWrong = 15;

    [Fact]
    public void A_candidate_that_is_better_on_its_own_images_and_not_worse_on_the_reference_is_promoted()
    {
        var verdict = PromotionRule.Decide(Against(candidate: Wrong(0..15), served: Wrong(0..15), shipped: null), OwnComparison.Of(5_000, 4_987, 4_985));
        Assert.True(verdict.Promotes, verdict.Reason);
        Assert.Equal("Better on the job's own 5,000 held-out images: 4,987 right instead of 4,985. On MNIST: 99.7 %, the served model 99.7 %.", verdict.Reason);
    }

    [Fact]
    public void A_candidate_that_forgets_the_reference_is_not_promoted_however_good_it_is_on_its_own_images()
    {
        var verdict = PromotionRule.Decide(Against(candidate: Wrong(0..3540), served: Wrong(0..15), shipped: null), OwnComparison.Of(3, 3, 0));
        Assert.False(verdict.Promotes);
        Assert.Equal("Worse on MNIST: 29.2 % instead of 99.7 %.", verdict.Reason);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(5, false)]
    [InlineData(11, false)]
    public void The_upper_bound_of_the_loss_decides_not_the_observed_loss(int more, bool promotes)
    {
        var verdict = PromotionRule.Decide(Against(Wrong(0..(ShippedWrong + more)), Wrong(0..ShippedWrong), null), OwnComparison.Of(1_000, 900, 899));
        Assert.Equal(promotes, verdict.Promotes);
        if (more == 5) Assert.Equal("Possibly worse on MNIST: 99.6 % instead of 99.7 %. The accuracy loss may be up to 0.21 percentage points; at most 0.20 are allowed.", verdict.Reason);
    }

    [Theory]
    [InlineData(100, 50, 49, true)]
    [InlineData(100, 50, 50, false)]
    [InlineData(99, 50, 50, true)]
    [InlineData(99, 49, 50, false)]
    [InlineData(1, 1, 1, true)]
    public void A_small_own_part_may_be_equal_and_a_large_one_must_be_better(int images, int right, int servedRight, bool promotes) =>
        Assert.Equal(promotes, PromotionRule.Decide(Against(Wrong(0..15), Wrong(0..15), null), OwnComparison.Of(images, right, servedRight)).Promotes);

    [Theory]
    [InlineData(14, true)]
    [InlineData(15, false)]
    [InlineData(16, false)]
    public void Without_an_own_part_the_reference_sets_together_must_be_better(int wrong, bool promotes)
    {
        var verdict = PromotionRule.Decide(Against(Wrong(0..wrong), Wrong(0..15), null), own: null);
        Assert.Equal(promotes, verdict.Promotes);
    }

    [Fact]
    public void Every_reference_set_counts()
    {
        ReferenceComparison Compare(string set, bool?[] candidate) => ReferenceComparison.Of(set, set, PromotionRival.Served, "served", candidate, Wrong(0..15));
        var verdict = PromotionRule.Decide([Compare("mnist", Wrong(0..1)), Compare("forms", Wrong(0..60))], OwnComparison.Of(1_000, 900, 800));
        Assert.False(verdict.Promotes);
        Assert.Equal("Worse on forms: 98.8 % instead of 99.7 %.", verdict.Reason);
    }

    [Fact]
    public void Without_a_reference_nothing_is_promoted_and_the_reason_is_kept()
    {
        var verdict = PromotionRule.Decide([], OwnComparison.Of(1_000, 900, 800), missing: "MNIST is not there.");
        Assert.Equal((false, "MNIST is not there."), (verdict.Promotes, verdict.Reason));
        Assert.False(PromotionRule.Decide([], OwnComparison.Of(1_000, 900, 800)).Promotes);
    }

    [Fact]
    public void Images_that_one_of_the_models_was_trained_on_do_not_count()
    {
        bool?[] trained = [.. Enumerable.Repeat((bool?)null, 4_000), .. Enumerable.Repeat((bool?)true, 1_000)];
        var compared = Against(trained, Wrong(0..15), null)[0];
        Assert.Equal((1_000, 1_000, 1_000), (compared.Images, compared.Right, compared.RivalRight));
        var verdict = PromotionRule.Decide([compared], OwnComparison.Of(1_000, 900, 800));
        Assert.False(verdict.Promotes);
        Assert.Contains("Only 1,000 images of MNIST were excluded from the training", verdict.Reason, StringComparison.Ordinal);
        Assert.Equal(0, Against(Enumerable.Repeat((bool?)null, Images).ToArray(), Wrong(0..15), null)[0].Images);
    }

    [Fact]
    public void The_fewest_images_are_the_fewest_with_which_the_rule_can_promote()
    {
        bool?[] right = [.. Enumerable.Repeat((bool?)true, PromotionRule.FewestImages)];
        Assert.True(Compare(right).Passes);
        Assert.False(Compare(right[1..]).Passes);

        static ReferenceComparison Compare(bool?[] outcomes) => ReferenceComparison.Of("s", "s", PromotionRival.Served, "m", outcomes, outcomes);
    }

    /// <summary>
    /// A sequence of candidates: each predicts three of 5,000 images fewer than the previous one, and is better on its own images. Compared only with the
    /// previous model, each passes; the comparison with the shipped model stops the decline.
    /// </summary>
    [Fact]
    public void Many_small_steps_never_lead_more_than_the_limit_below_the_shipped_model()
    {
        Assert.InRange(Descend(compareWithShipped: true), 0, PromotionRule.MaxLoss);
        Assert.True(Descend(compareWithShipped: false) > 0.02); // without the comparison the rule allows the decline
    }

    /// <returns>Accuracy loss of the served model after 40 candidates, compared with the shipped model, as a fraction.</returns>
    private static double Descend(bool compareWithShipped)
    {
        var shipped = Wrong(0..ShippedWrong);
        var served = shipped;
        for (var step = 1; step <= 40; step++)
        {
            var candidate = Wrong(0..(served.Count(right => right == false) + 3));
            if (PromotionRule.Decide(Against(candidate, served, compareWithShipped ? shipped : null), OwnComparison.Of(1_000, 900 + step, 899 + step)).Promotes) served = candidate;
        }
        return (double)(served.Count(right => right == false) - ShippedWrong) / Images;
    }

    private static List<ReferenceComparison> Against(bool?[] candidate, bool?[] served, bool?[]? shipped)
    {
        List<ReferenceComparison> all = [ReferenceComparison.Of("mnist", "MNIST", PromotionRival.Served, "served", candidate, served)];
        if (shipped is not null) all.Add(ReferenceComparison.Of("mnist", "MNIST", PromotionRival.Shipped, "shipped", candidate, shipped));
        return all;
    }

    /// <summary>5,000 outcomes, which are wrong in <paramref name="range"/> and correct elsewhere.</summary>
    private static bool?[] Wrong(Range range)
    {
        var (start, length) = range.GetOffsetAndLength(Images);
        var outcomes = Enumerable.Repeat((bool?)true, Images).ToArray();
        Array.Fill(outcomes, false, start, length);
        return outcomes;
    }
}
