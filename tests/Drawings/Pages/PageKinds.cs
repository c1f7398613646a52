namespace MnistService.Drawings.Pages;

/// <summary>All kinds of page scenes.</summary>
internal static class PageKinds
{
    public static IReadOnlyList<PageKind> All { get; } =
        [.. FramedPages.All, .. LinedPages.All, .. Screenshots.All, .. Surroundings.All, .. Photographs.All, .. SmallPages.All, .. Numbers.All, .. NonDigits.All];
}
