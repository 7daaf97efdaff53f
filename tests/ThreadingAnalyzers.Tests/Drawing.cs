using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ThreadingAnalyzers.Workbench.Pages;

namespace ThreadingAnalyzers.Tests;

/// <summary>What a page draws, held against what the rules report.</summary>
internal static class Drawing
{
    /// <summary>Fails with both drawings unless the diagnostics are exactly the drawn ones.</summary>
    /// <param name="files">The files as drawn.</param>
    /// <param name="project">The project that was analysed.</param>
    /// <param name="diagnostics">What the rules reported.</param>
    /// <param name="name">What was tried: page, line, way.</param>
    public static void AssertMet(IEnumerable<CaseFile> files, CaseProject project, ImmutableArray<Diagnostic> diagnostics, string name)
    {
        List<SyntaxTree> seen = [];
        foreach (var file in files)
        {
            seen.Add(project.Tree(file.Name));
            var actual = Squiggle.Of(diagnostics, seen[^1]);
            // Further places count only where the page draws some: a story is drawn once, not in every case.
            if (file.Squiggles.All(squiggle => squiggle.Id is not null))
                actual = [.. actual.Where(squiggle => squiggle.Id is not null)];
            Assert.True(
                actual.Length == file.Squiggles.Length && file.Squiggles.All(expected => actual.Any(expected.IsMetBy)) && actual.All(found => file.Squiggles.Any(expected => expected.IsMetBy(found))),
                $"{name} ({file.Name}, page line {file.PageLine})\n--- expected\n{Squiggle.Draw(file.Text, file.Squiggles)}\n--- actual\n{Squiggle.Draw(file.Text, actual)}");
        }

        foreach (var diagnostic in diagnostics)
        {
            Assert.True(seen.Contains(diagnostic.Location.SourceTree!), $"{name}: reported outside of the case's files: {diagnostic}");
            Assert.False(diagnostic.GetMessage().Contains('\n'), $"{name}: the message is longer than a line:\n{diagnostic}");
        }
    }
}
