using System.Text;

namespace MnistService.Fuzz.Targets;

/// <summary>Dictionary tokens of a format, written as Latin-1 text: one character per byte.</summary>
internal static class Words
{
    internal static IReadOnlyList<byte[]> Of(params string[] words) => Array.ConvertAll(words, Encoding.Latin1.GetBytes);
}
