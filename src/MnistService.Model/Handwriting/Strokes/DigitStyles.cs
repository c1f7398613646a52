namespace MnistService.Model.Handwriting.Strokes;

/// <summary>The styles in which digits are drawn for training.</summary>
internal static class DigitStyles
{
    /// <summary>[10] Styles per digit, 0 to 9.</summary>
    public static IReadOnlyList<DigitStyle>[] All { get; } =
    [
        DigitStyles0To2.Zero, DigitStyles0To2.One, DigitStyles0To2.Two,
        DigitStyles3To5.Three, DigitStyles3To5.Four, DigitStyles3To5.Five,
        DigitStyles6And7.Six, DigitStyles6And7.Seven,
        DigitStyles8And9.Eight, DigitStyles8And9.Nine,
    ];

    private static readonly double[] TotalWeights = Array.ConvertAll(All, styles => styles.Sum(style => style.Weight));

    /// <summary>Picks a random style of a digit. The relative frequency of a style is its <see cref="DigitStyle.Weight"/>.</summary>
    public static DigitStyle Pick(int digit, Random random)
    {
        var at = random.NextDouble() * TotalWeights[digit];
        foreach (var style in All[digit])
            if ((at -= style.Weight) < 0) return style;
        return All[digit][0];
    }
}
