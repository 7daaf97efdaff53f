using System.Text;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>A finding on a corpus: where, relative to the path that was asked for, and what. The same finding of two projects is one.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
internal sealed record CorpusFinding(string Path, int Line, int Column, string Id, string Message) : IComparable<CorpusFinding>
{
    /// <summary>One line, the same on every machine.</summary>
    public override string ToString() => $"{Path}({Line},{Column}): {Id}: {Message.ReplaceLineEndings(" ")}";

    /// <inheritdoc/>
    public int CompareTo(CorpusFinding? other) => other is null ? 1 : (string.CompareOrdinal(Path, other.Path), Line.CompareTo(other.Line), Column.CompareTo(other.Column)) switch
    {
        (not 0 and var path, _, _) => path,
        (_, not 0 and var line, _) => line,
        (_, _, not 0 and var column) => column,
        _ => string.CompareOrdinal(Id + Message, other.Id + other.Message),
    };

    /// <summary>The finding that a diagnostic is.</summary>
    public static CorpusFinding Of(Diagnostic diagnostic, Func<string, string> relative)
    {
        var place = diagnostic.Location.GetLineSpan();
        return new(relative(place.Path), place.StartLinePosition.Line + 1, place.StartLinePosition.Character + 1, diagnostic.Id, diagnostic.GetMessage());
    }

    /// <summary>The finding with a line of code on either side of its own, and the squiggle.</summary>
    public string Draw(Location location)
    {
        var text = location.SourceTree!.GetText();
        var drawn = new StringBuilder(ToString()).Append('\n');
        for (var line = Math.Max(Line - 2, 0); line <= Math.Min(Line, text.Lines.Count - 1); line++)
        {
            var code = text.Lines[line].ToString();
            drawn.Append($"{line + 1,7} | {code}\n");
            if (line != Line - 1)
                continue;
            // Tabs stay tabs, so that the squiggle stands under the code however wide they are.
            var indent = new string([.. code.Take(Column - 1).Select(character => character == '\t' ? '\t' : ' ')]);
            var length = Math.Clamp(location.SourceSpan.Length, 1, Math.Max(code.TrimEnd().Length - Column + 1, 1));
            drawn.Append($"        | {indent}{new string('~', length)}\n");
        }
        return drawn.ToString();
    }
}
