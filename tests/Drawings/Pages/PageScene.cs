using SkiaSharp;

namespace MnistService.Drawings.Pages;

/// <summary>What a kind of scene shows.</summary>
internal enum PageContent
{
    /// <summary>Exactly one digit.</summary>
    Digit,

    /// <summary>Several digits in one or more lines.</summary>
    Number,

    /// <summary>No digit, or no legible one.</summary>
    NonDigit,
}

/// <summary>The right answer for a scene.</summary>
/// <param name="Text">The digits, one line per line of digits, for example "12\n34"; <see cref="None"/> for a non-digit.</param>
/// <param name="Boxes">Bounding boxes of the digits in pixels, in the order of the text.</param>
internal sealed record PageTruth(string Text, IReadOnlyList<SKRectI> Boxes)
{
    public const string None = "none";
}

/// <summary>A kind of scene.</summary>
/// <param name="Name">Short description of the kind.</param>
/// <param name="Draw">Draws one scene and its truth onto the sheet.</param>
internal sealed record PageKind(string Name, PageContent Content, Action<PageSheet> Draw)
{
    /// <summary>Changes the random plan before the sheet is created, for example its size.</summary>
    public Func<PagePlan, Random, PagePlan>? Adjust { get; init; }

    public override string ToString() => Name;
}

/// <summary>A drawn page with its truth. The same kind and seed give the same bytes on the same machine.</summary>
/// <param name="Kind">Name of the kind, from <see cref="PageKinds"/>.</param>
/// <param name="Bytes">The file, PNG or JPEG.</param>
internal sealed record PageScene(string Kind, int Seed, byte[] Bytes, PageTruth Truth)
{
    /// <param name="side">Shorter side of the image in pixels; null for random. Kinds with a fixed size ignore it.</param>
    public static PageScene Draw(PageKind kind, int seed, int? side = null)
    {
        var random = new Random(Mixed(kind.Name, seed));
        var plan = PagePlan.Draw(random, side);
        using var sheet = new PageSheet(kind.Adjust?.Invoke(plan, random) ?? plan, random);
        kind.Draw(sheet);
        var (bytes, truth) = sheet.Encode();
        return new(kind.Name, seed, bytes, truth);
    }

    public override string ToString() => $"{Kind}, seed {Seed}: {Truth.Text.ReplaceLineEndings("/")}";

    /// <summary>FNV-1a hash, because string hash codes differ between processes.</summary>
    private static int Mixed(string name, int seed)
    {
        var hash = 2166136261u;
        foreach (var value in name.Select(c => (uint)c).Append((uint)seed & 0xFFFF).Append((uint)seed >> 16)) hash = (hash ^ value) * 16777619u;
        return (int)(hash ^ hash >> 15);
    }
}
