using System.Globalization;
using System.Text;
using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks;

/// <summary>A result as Markdown: what was run where and when, and what follows. It is printed, and kept among the results when it means something.</summary>
/// <param name="name">Of its file, behind the date: <c>load</c>.</param>
/// <param name="isKept">False of a run that was too short to mean anything: it goes to the temporary folder.</param>
internal sealed class ResultPage(string name, Machine machine, bool isKept)
{
    private readonly DateTime _date = DateTime.Now;
    private readonly StringBuilder _text = new();

    /// <summary>The first lines: a title, the command, the machine.</summary>
    /// <param name="title">For people: "Under load".</param>
    /// <param name="command">Behind <c>dotnet run … --</c>.</param>
    internal void Begin(string title, string command)
    {
        Line($"# {title}, {_date:yyyy-MM-dd}, {machine.Cores} cores\n");
        Line($"`dotnet run -c Release --project tests/MnistService.Benchmarks -- {command}` on {machine.Cores} cores of {machine.Processor},");
        Line($"{machine.System}, {machine.Runtime}; load average before: {machine.Load}.");
    }

    internal void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    internal async Task SaveAsync()
    {
        var folder = isKept ? Path.Combine(Repository.Root, "tests", "MnistService.Benchmarks", "results") : Path.GetTempPath();
        var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{_date:yyyy-MM-dd}-{name}-{machine.Cores}-cores.md"));
        await File.WriteAllTextAsync(file, _text.ToString());
        Console.WriteLine(_text);
        await Console.Error.WriteLineAsync(file);
    }
}
