using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace ThreadingAnalyzers.Workbench.Pages;

/// <summary>Applies the fixes of a case's findings, as an editor's light bulb does.</summary>
internal static class FixRun
{
    /// <summary>The titles that the page's rule offers at the case's findings, in the order of the text.</summary>
    public static async Task<ImmutableArray<string>> TitlesAsync(Case @case)
    {
        using var workspace = new AdhocWorkspace();
        var project = Solution(workspace, @case, "\n").Projects.Single();
        var offers = await OffersAsync(@case, project, await FindingsAsync(@case, project));
        return [.. offers.Select(action => action.Title).Distinct()];
    }

    /// <summary>Applies the fix of that title to one finding after the other until no finding offers it.</summary>
    /// <param name="case">The case; its language version must be known to this Roslyn.</param>
    /// <param name="title">One of the titles that are offered.</param>
    /// <param name="lineEnd">The line end of the texts to be mended.</param>
    /// <returns>The text of every file of the case.</returns>
    /// <exception cref="InvalidOperationException">The fix leaves the finding that it was offered for, or brings another one.</exception>
    public static async Task<ImmutableDictionary<string, string>> ApplyAsync(Case @case, string title, string lineEnd = "\n")
    {
        using var workspace = new AdhocWorkspace();
        var project = Solution(workspace, @case, lineEnd).Projects.Single();
        var findings = await FindingsAsync(@case, project);
        while ((await OffersAsync(@case, project, findings)).FirstOrDefault(action => action.Title == title) is { } action)
        {
            var operations = await action.GetOperationsAsync(CancellationToken.None);
            project = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.Projects.Single();
            var left = await FindingsAsync(@case, project);
            // One finding less a step: the mended one is gone and none has come. It is also why this loop ends.
            if (left.Length >= findings.Length)
                throw new InvalidOperationException($"{@case.Name}: '{title}' leaves\n{string.Join("\n", left)}\nof\n{string.Join("\n", findings)}");
            findings = left;
        }

        var texts = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var document in project.Documents)
            texts[document.Name] = (await document.GetTextAsync()).ToString();
        return texts.ToImmutable();
    }

    private static async Task<ImmutableArray<Diagnostic>> FindingsAsync(Case @case, Project project)
    {
        var compilation = await project.GetCompilationAsync() ?? throw new InvalidOperationException("a project of C# compiles");
        var found = await Analysis.AsBuildAsync(compilation, Catalogue.Rules, CaseProject.Of(@case).AnalyzerOptions);
        return [.. found.OrderBy(finding => finding.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(finding => finding.Location.SourceSpan.Start)];
    }

    private static async Task<ImmutableArray<CodeAction>> OffersAsync(Case @case, Project project, ImmutableArray<Diagnostic> findings)
    {
        var offers = ImmutableArray.CreateBuilder<CodeAction>();
        foreach (var finding in findings.Where(finding => finding.Id == @case.Id))
            foreach (var fix in Catalogue.FixesOf(finding.Id))
                if (project.GetDocument(finding.Location.SourceTree) is { } document)
                    await fix.RegisterCodeFixesAsync(new CodeFixContext(document, finding, (action, _) => offers.Add(action), CancellationToken.None));
        return offers.ToImmutable();
    }

    private static Solution Solution(AdhocWorkspace workspace, Case @case, string lineEnd)
    {
        var id = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution
            .AddProject(ProjectInfo.Create(id, VersionStamp.Default, "Case", "Case", LanguageNames.CSharp,
                compilationOptions: CaseProject.CompilationOptions(@case), parseOptions: CaseProject.ParseOptions(@case),
                metadataReferences: Frameworks.References(@case.Framework)));
        foreach (var file in @case.Files)
            solution = solution.AddDocument(DocumentId.CreateNewId(id), file.Name, file.Text.ReplaceLineEndings(lineEnd), filePath: $"/case/{file.Name}");
        if (@case.EditorConfig is { } config)
            solution = solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id), ".editorconfig", SourceText.From(config), filePath: "/case/.editorconfig");
        return CaseProject.HasGlobalUsings(@case)
            ? solution.AddDocument(DocumentId.CreateNewId(id), "GlobalUsings.g.cs", CaseProject.GlobalUsings(@case.Framework), filePath: "/case/GlobalUsings.g.cs")
            : solution;
    }
}
