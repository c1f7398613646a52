using System.Text;

namespace MnistService.Fuzz.Targets;

/// <summary>Words of a format, written as text of one byte a character.</summary>
internal static class Words
{
    internal static IReadOnlyList<byte[]> Of(params string[] words) => Array.ConvertAll(words, Encoding.Latin1.GetBytes);
}
