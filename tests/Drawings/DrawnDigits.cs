namespace MnistService.Drawings;

/// <summary>A drawn image of a digit.</summary>
/// <param name="Label">The digit.</param>
/// <param name="Scene">Name of the scene, from <see cref="Scenes"/>.</param>
/// <param name="Hand">Index of the handwriting, from 0.</param>
/// <param name="Bytes">The file, PNG or JPEG.</param>
internal sealed record DrawnDigit(int Label, string Scene, int Hand, byte[] Bytes)
{
    public override string ToString() => $"{Label}, {Scene}, hand {Hand}";
}

/// <summary>Every digit in every scene, in several handwritings. Deterministic: each run draws the same images.</summary>
internal static class DrawnDigits
{
    /// <param name="hands">Handwritings per digit and scene.</param>
    /// <param name="oneIn">1: all digits of each scene. 3: a third of them, which differs between consecutive scenes.</param>
    public static IEnumerable<DrawnDigit> All(int hands, int oneIn = 1) =>
        from scene in Scenes.All.Index()
        from hand in Enumerable.Range(0, hands)
        from label in Enumerable.Range(0, 10)
        where (scene.Index + label) % oneIn == 0
        select new DrawnDigit(label, scene.Item.Name, hand, scene.Item.Draw(label, new Random(1000 * scene.Index + 10 * hand + label)));
}
