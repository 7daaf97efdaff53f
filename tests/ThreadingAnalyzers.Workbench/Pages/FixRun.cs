using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace ThreadingAnalyzers.Workbench.Pages;

/// <summary>Applies the fixes of a case's findings, as an editor's light bulb does.</summary>
internal static class FixRun
{
    /// <summary>More findings than a case has: reaching it means that a fix brings its own finding back.</summary>
    private const int Limit = 25;

    /// <summary>The titles that the page's rule offers at the case's findings, in the order of the text.</summary>
    public static async Task<ImmutableArray<string>> TitlesAsync(Case @case)
    {
        using var workspace = new AdhocWorkspace();
        var titles = new List<string>();
        foreach (var (_, action) in await OffersAsync(@case, Solution(workspace, @case).Projects.Single()))
            if (!titles.Contains(action.Title))
                titles.Add(action.Title);
        return [.. titles];
    }

    /// <summary>Applies the fix of that title to one finding after the other until no finding offers it.</summary>
    /// <returns>The text of every file of the case.</returns>
    /// <exception cref="InvalidOperationException">The fix brings its own finding back.</exception>
    public static async Task<ImmutableDictionary<string, string>> ApplyAsync(Case @case, string title)
    {
        using var workspace = new AdhocWorkspace();
        var solution = Solution(workspace, @case);
        for (var round = 0; round < Limit; round++)
        {
            var project = solution.Projects.Single();
            var (_, action) = (await OffersAsync(@case, project)).FirstOrDefault(offer => offer.Action.Title == title);
            if (action is null)
                return (await Task.WhenAll(project.Documents.Select(async document => (document.Name, Text: (await document.GetTextAsync()).ToString()))))
                    .ToImmutableDictionary(document => document.Name, document => document.Text);
            var operations = await action.GetOperationsAsync(CancellationToken.None);
            solution = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution;
        }
        throw new InvalidOperationException($"{@case.Name}: '{title}' was applied {Limit} times and is still offered");
    }

    private static async Task<ImmutableArray<(Diagnostic Diagnostic, CodeAction Action)>> OffersAsync(Case @case, Project project)
    {
        var compilation = await project.GetCompilationAsync() ?? throw new InvalidOperationException("a project of C# compiles");
        var offers = ImmutableArray.CreateBuilder<(Diagnostic, CodeAction)>();
        var diagnostics = await Analysis.AsBuildAsync(compilation, Catalogue.Rules, CaseProject.Of(@case).AnalyzerOptions);
        foreach (var diagnostic in diagnostics.Where(diagnostic => diagnostic.Id == @case.Id).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start))
            foreach (var fix in Catalogue.FixesOf(diagnostic.Id))
                if (project.GetDocument(diagnostic.Location.SourceTree) is { } document)
                    await fix.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => offers.Add((diagnostic, action)), CancellationToken.None));
        return offers.ToImmutable();
    }

    private static Solution Solution(AdhocWorkspace workspace, Case @case)
    {
        var id = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(id, VersionStamp.Default, "Case", "Case", LanguageNames.CSharp,
                compilationOptions: CaseProject.CompilationOptions(@case), parseOptions: CaseProject.ParseOptions(@case),
                metadataReferences: Frameworks.References(@case.Framework)));
        foreach (var file in @case.Files)
            solution = solution.AddDocument(DocumentId.CreateNewId(id), file.Name, file.Text, filePath: $"/case/{file.Name}");
        return CaseProject.HasGlobalUsings(@case)
            ? solution.AddDocument(DocumentId.CreateNewId(id), "GlobalUsings.g.cs", CaseProject.GlobalUsings(@case.Framework), filePath: "/case/GlobalUsings.g.cs")
            : solution;
    }
}
