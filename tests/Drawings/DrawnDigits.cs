namespace MnistService.Drawings;

/// <summary>A drawn picture of a digit.</summary>
/// <param name="Label">The digit.</param>
/// <param name="Scene">The kind of picture.</param>
/// <param name="Hand">Which of the hands wrote it, from 0.</param>
/// <param name="Bytes">A PNG or JPEG.</param>
internal sealed record DrawnDigit(int Label, string Scene, int Hand, byte[] Bytes)
{
    public override string ToString() => $"{Label}, {Scene}, hand {Hand}";
}

/// <summary>Every digit in every scene, by several hands; the same pictures at every run.</summary>
internal static class DrawnDigits
{
    /// <param name="hands">How many times each digit is written in each scene.</param>
    /// <param name="oneIn">1: all digits of each scene. 3: a third of them, each scene others.</param>
    public static IEnumerable<DrawnDigit> All(int hands, int oneIn = 1) =>
        from scene in Scenes.All.Index()
        from hand in Enumerable.Range(0, hands)
        from label in Enumerable.Range(0, 10)
        where (scene.Index + label) % oneIn == 0
        select new DrawnDigit(label, scene.Item.Name, hand, scene.Item.Draw(label, new Random(1000 * scene.Index + 10 * hand + label)));
}
