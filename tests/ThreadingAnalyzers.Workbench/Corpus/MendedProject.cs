using System.Collections.Immutable;
using DiffPlex.Renderer;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>A project of a corpus in a workspace of its own, in which the fixes of its findings are offered and applied.</summary>
internal sealed class MendedProject : IDisposable
{
    private readonly AdhocWorkspace workspace = new();
    private readonly Project project;
    private readonly Compilation compilation;
    private readonly ILookup<(string Path, string Id), Diagnostic> findings;

    /// <summary>The project of a compilation.</summary>
    /// <param name="compilation">The compilation; its trees have paths.</param>
    /// <param name="findings">What the rules find in it.</param>
    public MendedProject(Compilation compilation, ILookup<(string Path, string Id), Diagnostic> findings)
    {
        (this.compilation, this.findings) = (compilation, findings);
        var id = ProjectId.CreateNewId();
        var solution = workspace.CurrentSolution.AddProject(ProjectInfo.Create(id, VersionStamp.Default, "Corpus", compilation.AssemblyName!, LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: compilation.SyntaxTrees.First().Options, metadataReferences: compilation.References));
        foreach (var tree in compilation.SyntaxTrees)
            solution = solution.AddDocument(DocumentId.CreateNewId(id), Path.GetFileName(tree.FilePath), tree.GetText(), filePath: tree.FilePath);
        foreach (var config in Configs(compilation))
            solution = solution.AddAnalyzerConfigDocument(DocumentId.CreateNewId(id), ".editorconfig", Microsoft.CodeAnalysis.Text.SourceText.From(System.IO.File.ReadAllText(config)), filePath: config);
        project = solution.GetProject(id)!;
    }

    /// <summary>The remedies that are offered for the findings of a rule, each with the files where.</summary>
    public async Task<ImmutableArray<Remedy>> RemediesAsync(string id)
    {
        var offers = new List<(CodeFixProvider Fix, string Key, string Path)>();
        foreach (var file in findings.Where(file => file.Key.Id == id))
            foreach (var finding in file)
                foreach (var fix in Catalogue.FixesOf(id))
                    await fix.RegisterCodeFixesAsync(new CodeFixContext(DocumentAt(file.Key.Path), finding, (action, _) => offers.Add((fix, action.EquivalenceKey!, file.Key.Path)), CancellationToken.None));
        return [.. offers.GroupBy(offer => (offer.Fix, offer.Key)).Select(remedy => new Remedy(remedy.Key.Fix, id, remedy.Key.Key,
            [.. remedy.CountBy(offer => offer.Path).Select(file => new File(file.Key, file.Value)).OrderBy(file => file.Path, StringComparer.Ordinal)]))];
    }

    /// <summary>The compilation with a remedy applied by FixAll to each of its files.</summary>
    public async Task<Compilation> ApplyAsync(Remedy remedy)
    {
        var changed = compilation;
        foreach (var file in remedy.Files)
        {
            var document = DocumentAt(file.Path);
            var context = new FixAllContext(document, remedy.Fix, FixAllScope.Document, remedy.Key, [remedy.Id], new Found(findings[(file.Path, remedy.Id)]), CancellationToken.None);
            if (await remedy.Fix.GetFixAllProvider()!.GetFixAsync(context) is not { } action)
                continue;
            var solution = (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single().ChangedSolution;
            var old = compilation.SyntaxTrees.First(tree => tree.FilePath == file.Path);
            // Parsed anew: what an editor keeps of a fix is its text.
            changed = changed.ReplaceSyntaxTree(old, old.WithChangedText(await solution.GetDocument(document.Id)!.GetTextAsync()));
        }
        return changed;
    }

    /// <summary>What became of a file, as a unified diff.</summary>
    /// <param name="before">The compilation as it was.</param>
    /// <param name="after">The compilation with a remedy.</param>
    /// <param name="path">The file.</param>
    /// <param name="shown">How the file is called in the diff.</param>
    public static string Diff(Compilation before, Compilation after, string path, string shown) =>
        UnidiffRenderer.GenerateUnidiff(Text(before, path), Text(after, path), shown, shown, ignoreWhitespace: false).ReplaceLineEndings("\n");

    private static string Text(Compilation compilation, string path) => compilation.SyntaxTrees.First(tree => tree.FilePath == path).GetText().ToString();

    /// <inheritdoc/>
    public void Dispose() => workspace.Dispose();

    private Document DocumentAt(string path) => project.Documents.First(document => document.FilePath == path);

    /// <summary>The repository's own style, as a user's editor reads it.</summary>
    private static IEnumerable<string> Configs(Compilation compilation)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tree in compilation.SyntaxTrees)
            for (var folder = Path.GetDirectoryName(tree.FilePath); folder is not null && seen.Add(folder); folder = Path.GetDirectoryName(folder))
                if (System.IO.File.Exists(Path.Combine(folder, ".editorconfig")))
                    yield return Path.Combine(folder, ".editorconfig");
    }

    /// <summary>A way to mend some findings of a rule.</summary>
    /// <param name="Fix">The fix that offers it.</param>
    /// <param name="Id">The rule.</param>
    /// <param name="Key">The same at all findings; mostly the title.</param>
    /// <param name="Files">The files where it is offered.</param>
    internal sealed record Remedy(CodeFixProvider Fix, string Id, string Key, ImmutableArray<File> Files);

    /// <summary>A file with findings that a remedy is offered for.</summary>
    /// <param name="Path">The file, absolute.</param>
    /// <param name="Offers">How many findings.</param>
    internal sealed record File(string Path, int Offers);

    private sealed class Found(IEnumerable<Diagnostic> findings) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult(findings);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(findings.Where(_ => false));

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(findings);
    }
}
