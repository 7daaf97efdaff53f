using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Workbench.Pages;

/// <summary>
/// A place drawn under a line of code, <c>//  ~~~~ THR4002: words</c> for a finding and <c>//  ---- 1: words</c> for the
/// n-th further place of the finding drawn last above it. A finding over several lines is drawn under its first.
/// </summary>
/// <param name="Id">The rule, or null for a further place.</param>
/// <param name="Number">Which further place, from 1; 0 for a finding.</param>
/// <param name="Line">The line of the code, from 0, drawings not counted.</param>
/// <param name="Start">The first column, from 0.</param>
/// <param name="End">The column after the last.</param>
/// <param name="Words">The message, or null when the drawing leaves it out.</param>
internal sealed record Squiggle(string? Id, int Number, int Line, int Start, int End, string? Words)
{
    private static readonly Regex Drawing = new(@"^\s*//\s*((?<mark>~+)\s*(?<id>THR\d{4})|(?<mark>-+)\s*(?<number>\d+))(:\s*(?<words>.*\S))?\s*$", RegexOptions.CultureInvariant);

    private static readonly Regex NearlyDrawing = new(@"^\s*//\s*~", RegexOptions.CultureInvariant);

    /// <summary>Takes the drawings out of the lines.</summary>
    public static (string Text, ImmutableArray<Squiggle> Squiggles) Read(IEnumerable<string> lines, int firstLine = 1, Func<int, string, FormatException>? broken = null)
    {
        List<string> code = [];
        var squiggles = ImmutableArray.CreateBuilder<Squiggle>();
        var number = firstLine - 1;
        foreach (var line in lines)
        {
            number++;
            if (Drawing.Match(line) is not { Success: true } match)
            {
                if (NearlyDrawing.IsMatch(line))
                    throw Broken("a squiggle is followed by its rule, '~~~~ THR4002' or '~~~~ THR4002: words'");
                code.Add(line);
                continue;
            }
            if (code is [])
                throw Broken("a squiggle needs a line of code above it");
            var mark = match.Groups["mark"];
            squiggles.Add(new Squiggle(
                match.Groups["id"] is { Success: true, Value: var id } ? id : null,
                match.Groups["number"] is { Success: true, Value: var digits } ? int.Parse(digits) : 0,
                code.Count - 1, mark.Index, mark.Index + mark.Length,
                match.Groups["words"] is { Success: true, Value: var words } ? words : null));
        }
        return (string.Join("\n", code) + "\n", squiggles.ToImmutable());

        FormatException Broken(string why) => broken?.Invoke(number, why) ?? new FormatException($"line {number}: {why}");
    }

    /// <summary>The squiggles that diagnostics make in one tree, in the order of the text, each followed by its further places there.</summary>
    public static ImmutableArray<Squiggle> Of(IEnumerable<Diagnostic> diagnostics, SyntaxTree tree)
    {
        var squiggles = ImmutableArray.CreateBuilder<Squiggle>();
        foreach (var diagnostic in diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start).ThenBy(diagnostic => diagnostic.Id, StringComparer.Ordinal))
        {
            if (diagnostic.Location.SourceTree == tree)
                squiggles.Add(At(diagnostic.Location, diagnostic.Id, 0, diagnostic.GetMessage()));
            for (var i = 0; i < diagnostic.AdditionalLocations.Count; i++)
                if (diagnostic.AdditionalLocations[i].SourceTree == tree)
                    squiggles.Add(At(diagnostic.AdditionalLocations[i], null, i + 1, null));
        }
        return squiggles.ToImmutable();

        static Squiggle At(Location location, string? id, int number, string? words)
        {
            var span = location.GetLineSpan();
            var text = location.SourceTree!.GetText();
            var end = span.EndLinePosition.Line == span.StartLinePosition.Line
                ? span.EndLinePosition.Character
                : text.Lines[span.StartLinePosition.Line].ToString().TrimEnd().Length;
            return new Squiggle(id, number, span.StartLinePosition.Line, span.StartLinePosition.Character, end, words);
        }
    }

    /// <summary>Draws squiggles into the code, the inverse of <see cref="Read"/>.</summary>
    public static string Draw(string text, IEnumerable<Squiggle> squiggles)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        var byLine = squiggles.ToLookup(squiggle => squiggle.Line);
        return string.Join("\n", lines.SelectMany((line, number) => byLine[number].Select(squiggle => squiggle.Drawn()).Prepend(line)));
    }

    private string Drawn()
    {
        // A squiggle in the first two columns leaves no room for the comment's slashes; it is drawn as far right as needed.
        var start = Math.Max(Start, 2);
        var mark = new string(Id is null ? '-' : '~', Math.Max(End - start, 1));
        return $"//{new string(' ', start - 2)}{mark} {Id ?? Number.ToString()}{(Words is null ? "" : ": " + Words)}";
    }

    /// <summary>Whether an expected drawing is met by an actual one: the same place, and the same words where words are drawn.</summary>
    public bool IsMetBy(Squiggle actual) =>
        Id == actual.Id && Number == actual.Number && Line == actual.Line && Math.Max(actual.Start, 2) == Start
        && Math.Max(actual.End, Start + 1) == End && (Words is null || Id is null || Words == actual.Words);
}
